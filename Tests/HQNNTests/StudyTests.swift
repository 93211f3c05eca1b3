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
    var accuracies = [Double](repeating: -1, count: 4)
    for kind in [HQNN_FGSM, HQNN_PGD, HQNN_MIM] {
      var attack = hqnn_attack_options(
        struct_size: MemoryLayout<hqnn_attack_options>.size, kind: kind, eps: 0.1, alpha: 0,
        steps: 10, random_start: 0, restarts: 1, decay: 1, low: 0, high: 1, seed: 3)
      works(hqnn_attack_evaluate(model, model, test, &attack, radii, 4, &accuracies, nil, nil))
      #expect(abs(accuracies[0] - clean) < 1e-12)
      #expect(accuracies[1] < clean)
      #expect(accuracies[2] < accuracies[1])
      if kind != HQNN_FGSM { #expect(accuracies[3] < 0.05) }
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

    var accuracy = -1.0
    let status = hqnn_attack_evaluate(
      model, model, test, nil, [0.1], 1, &accuracy, { _, _, _ in 1 }, nil)
    #expect(status == HQNN_ERROR_CANCELLED)
    #expect(accuracy == -1)
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
    threads.forEach { $0.start() }
    while !threads.allSatisfy(\.isFinished) { usleep(1000) }
    for i in 0..<4 { #expect(results[i].parameters == expected[i], "thread \(i)") }
  }
}
