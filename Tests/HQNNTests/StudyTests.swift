// A whole study through the C ABI: data, model, training, attack; cancelling; seeds; threads.

import CHQNN
import Foundation
import Testing

/// Trains on a part of the digits and gives all parameters.
private func train(seed: UInt64) -> [Float] {
  let (train, test) = digits(train: 100, test: 50)
  let model = network()
  let adam = made { hqnn_optimizer_adam(nil, $0) }
  defer {
    hqnn_dataset_release(train)
    hqnn_dataset_release(test)
    hqnn_layer_release(model)
    hqnn_optimizer_release(adam)
  }
  var options = fitOptions(epochs: 2, seed: seed)
  works(hqnn_layer_fit(model, train, nil, adam, &options))
  var count: Int64 = 0
  works(hqnn_layer_parameters(model, &count))
  return (0..<count).flatMap { index -> [Float] in
    let parameter = made { hqnn_layer_parameter(model, index, $0) }
    defer { hqnn_tensor_release(parameter) }
    return values(parameter)
  }
}

private func withName<T>(_ name: String, _ body: (UnsafePointer<CChar>) -> T) -> T { name.withCString(body) }

/// A report of one attack under its own name.
private func evaluate(_ model: OpaquePointer?, _ data: OpaquePointer?, _ kind: String, _ radii: [Double]) -> OpaquePointer? {
  let attack = made { hqnn_attack_create(kind, "{\"seed\": 3}", $0) }
  defer { hqnn_attack_release(attack) }
  return made { out in
    withName(kind) { name in
      var (attacks, names): ([OpaquePointer?], [UnsafePointer<CChar>?]) = ([attack], [name])
      return hqnn_robustness_evaluate(
        model, nil, data, &attacks, &names, 1, radii, Int64(radii.count), nil, nil, out)
    }
  }
}

/// What a thread leaves behind for the one that waits for it.
private final class Result: @unchecked Sendable {
  var parameters: [Float] = []
}

@Suite struct StudyTests {
  @Test func aNetworkLearnsAndAnAttackBreaksIt() {
    let (train, test) = digits(train: 1000, test: 200)
    let model = network()
    let adam = made { hqnn_optimizer_adam(nil, $0) }
    defer {
      hqnn_dataset_release(train)
      hqnn_dataset_release(test)
      hqnn_layer_release(model)
      hqnn_optimizer_release(adam)
    }
    var options = fitOptions(epochs: 20)
    works(hqnn_layer_fit(model, train, test, adam, &options))
    var (clean, loss) = (0.0, 0.0)
    works(hqnn_layer_evaluate(model, test, &clean, &loss))
    #expect(clean > 0.65)  // chance is 0.1; other hands wrote the test images

    let radii = [0, 0.05, 0.3, 1]
    for kind in ["fgsm", "pgd", "mim"] {
      let report = evaluate(model, test, kind, radii)
      defer { hqnn_report_release(report) }
      let accuracies = radii.map { eps in
        var accuracy = -1.0
        works(hqnn_report_accuracy(report, kind, eps, &accuracy))
        return accuracy
      }
      #expect(abs(accuracies[0] - clean) < 1e-12)
      #expect(accuracies[1] < clean)
      #expect(accuracies[2] < accuracies[1])
      if kind != "fgsm" { #expect(accuracies[3] < 0.05) }
    }
  }

  @Test func aCallbackCancels() {
    let (train, test) = digits(train: 100, test: 50)
    let model = network()
    let adam = made { hqnn_optimizer_adam(nil, $0) }
    defer {
      hqnn_dataset_release(train)
      hqnn_dataset_release(test)
      hqnn_layer_release(model)
      hqnn_optimizer_release(adam)
    }
    var calls = 0
    withUnsafeMutablePointer(to: &calls) { calls in
      var options = fitOptions(epochs: 50)
      options.context = UnsafeMutableRawPointer(calls)
      options.callback = { context, progress in
        let calls = context!.assumingMemoryBound(to: Int.self)
        if progress!.pointee.epoch_done != 0 { calls.pointee += 1 }
        return calls.pointee == 3 ? 1 : 0
      }
      #expect(hqnn_layer_fit(model, train, nil, adam, &options) == HQNN_ERROR_CANCELLED)
      #expect(String(cString: hqnn_last_error()) == "cancelled by the callback")
    }
    #expect(calls == 3)

    let attack = made { hqnn_attack_create("pgd", nil, $0) }
    defer { hqnn_attack_release(attack) }
    var report: OpaquePointer?
    let status = withName("pgd") { name in
      var (attacks, names): ([OpaquePointer?], [UnsafePointer<CChar>?]) = ([attack], [name])
      return hqnn_robustness_evaluate(
        model, nil, test, &attacks, &names, 1, [0.1], 1, { _, _, _, _ in 1 }, nil, &report)
    }
    #expect(status == HQNN_ERROR_CANCELLED)
    #expect(report == nil)
  }

  @Test func aSeedReproducesARunBitForBit() {
    let first = train(seed: 5)
    #expect(first == train(seed: 5))
    #expect(first != train(seed: 6))
  }

  @Test func handlesOfDifferentThreadsDoNotDisturbEachOther() {
    let expected = (0..<4).map { train(seed: UInt64($0)) }
    let results = (0..<4).map { _ in Result() }
    let threads = results.enumerated().map { i, result in
      Thread { result.parameters = train(seed: UInt64(i)) }
    }
    for thread in threads { thread.start() }
    while !threads.allSatisfy(\.isFinished) { usleep(1000) }
    for i in 0..<4 { #expect(results[i].parameters == expected[i], "thread \(i)") }
  }
}
