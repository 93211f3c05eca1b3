// Training that is stopped anywhere and goes on from its file ends as if it had not been stopped.

import CHQNN
import Foundation
import Testing

@Suite struct CheckpointTests {
  private let path = NSTemporaryDirectory() + "hqnn-run-" + UUID().uuidString

  /// What the callback knows: after how many steps to stop, and the losses of the epochs.
  private final class Watch {
    var left = Int.max
    var losses: [Double] = []
    var replayed = 0
  }

  /// Trains; the parameters at the end and the losses of all epochs.  Stops after `steps` steps.
  private func train(
    stopAfter steps: Int? = nil, every: Int64 = 0, keep: Int64 = 0, resume: Bool = false, lr: Double = 0.05,
    clip: Double = 0, count: Int64 = 60, expecting expected: hqnn_status = HQNN_OK
  ) -> (parameters: [[Float]], watch: Losses) {
    let data = digits(train: count, test: 20)
    let model = network()
    var adam = hqnn_adam_options(
      struct_size: MemoryLayout<hqnn_adam_options>.size, lr: lr, beta1: 0.9, beta2: 0.999, eps: 1e-8, weight_decay: 0)
    let optimizer = made { hqnn_optimizer_adam(&adam, $0) }
    defer {
      hqnn_dataset_release(data.train)
      hqnn_dataset_release(data.test)
      hqnn_layer_release(model)
      hqnn_optimizer_release(optimizer)
    }
    let watch = Watch()
    watch.left = steps ?? .max
    var options = fitOptions(epochs: 3, batch: 8)
    options.context = Unmanaged.passUnretained(watch).toOpaque()
    options.callback = { context, progress in
      let watch = Unmanaged<Watch>.fromOpaque(context!).takeUnretainedValue()
      if progress!.pointee.epoch_done != 0 { watch.losses.append(progress!.pointee.loss) }
      if progress!.pointee.replayed != 0 { watch.replayed += 1 }
      return 0
    }
    options.step_callback = { context, _ in
      let watch = Unmanaged<Watch>.fromOpaque(context!).takeUnretainedValue()
      watch.left -= 1
      return watch.left < 0 ? 1 : 0
    }
    options.clip_norm = clip
    let text = strdup(path)
    defer { free(text) }
    options.checkpoint = UnsafePointer(text)
    options.checkpoint_every = every
    options.checkpoint_keep = keep
    if resume { options.resume = UnsafePointer(text) }
    let status = withExtendedLifetime(watch) { hqnn_layer_fit(model, data.train, data.test, optimizer, &options) }
    let wanted = steps == nil ? expected : HQNN_ERROR_CANCELLED
    #expect(status == wanted, "\(String(cString: hqnn_last_error()))")
    var number: Int64 = 0
    works(hqnn_layer_parameters(model, &number))
    let parameters = (0..<number).map { index in
      let tensor = made { hqnn_layer_parameter(model, index, $0) }
      defer { hqnn_tensor_release(tensor) }
      return values(tensor)
    }
    return (parameters, Losses(all: watch.losses, replayed: watch.replayed))
  }

  struct Losses: Equatable {
    let all: [Double]
    let replayed: Int
  }

  private func clean() {
    for suffix in ["", ".1", ".2", ".3"] { try? FileManager.default.removeItem(atPath: path + suffix) }
  }

  @Test func stoppedAnywhereItEndsTheSame() {
    defer { clean() }
    let whole = train()
    #expect(whole.watch.all.count == 3)
    for (steps, every) in [(1, 1), (9, 1), (10, 4), (15, 0), (22, 3)] {
      clean()
      _ = train(stopAfter: steps, every: Int64(every))
      let rest = train(every: Int64(every), resume: true)
      #expect(rest.parameters == whole.parameters, "stopped after \(steps) steps, saved every \(every)")
      #expect(rest.watch.all == whole.watch.all)
    }
    // A finished run goes on to nothing.
    let again = train(resume: true)
    #expect(again.parameters == whole.parameters && again.watch == Losses(all: whole.watch.all, replayed: 3))
  }

  @Test func anotherRunIsRefused() {
    defer { clean() }
    _ = train(stopAfter: 12, every: 2)
    func refused(_ what: String, lr: Double = 0.05, clip: Double = 0, count: Int64 = 60) {
      _ = train(resume: true, lr: lr, clip: clip, count: count, expecting: HQNN_ERROR_STATE)
      #expect(
        String(cString: hqnn_last_error())
          == "\(path): the saved training is another one: \(what) differ. Train with what it was saved with, or without resume")
    }
    refused("the optimisers", lr: 0.04)
    refused("the training data", count: 50)
    refused("the options of fit", clip: 1)
    clean()
    _ = train(resume: true, expecting: HQNN_ERROR_FILE)
    #expect(String(cString: hqnn_last_error()) == "\(path): cannot be opened: No such file or directory")
  }

  @Test func olderOnesAreKept() throws {
    defer { clean() }
    _ = train(stopAfter: 5, every: 1, keep: 3)
    let sizes = try ["", ".1", ".2"].map { try Data(contentsOf: URL(fileURLWithPath: path + $0)).count }
    #expect(sizes.allSatisfy { $0 > 1000 })
    #expect(!FileManager.default.fileExists(atPath: path + ".3"))
  }

  @Test func damageIsAnError() throws {
    defer { clean() }
    _ = train(stopAfter: 3, every: 1)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    for length in stride(from: 0, to: whole.count, by: 997) {
      try whole[..<length].write(to: URL(fileURLWithPath: path))
      _ = train(resume: true, expecting: HQNN_ERROR_FILE)
    }
  }
}
