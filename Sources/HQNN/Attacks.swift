// hqnn.h, "attacks".

import CHQNN
import Learning
import Robustness
import Tensors

@c @implementation
public func hqnn_attack_run(
  _ model: OpaquePointer?, _ values: OpaquePointer?, _ labels: UnsafePointer<Int64>?, _ count: Int64,
  _ given: UnsafePointer<hqnn_attack_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let model = try layer(model, "model")
    let values = try tensor(values, "samples").value
    let labels = try classNumbers(labels, count, for: values, "samples")
    let options = try attackOptions(given)
    try options.check()
    if let type = model.type, type != values.type {
      throw EngineError.shape("the model is \(type.name), the samples are \(values.type.name); cast one of them")
    }
    out.pointee = handle(Variable(try craft(against: model, try Samples(values, labels), options)))
  }
}

@c @implementation
public func hqnn_attack_evaluate(
  _ source: OpaquePointer?, _ target: OpaquePointer?, _ dataset: OpaquePointer?,
  _ given: UnsafePointer<hqnn_attack_options>?, _ eps: UnsafePointer<Double>?, _ count: Int64,
  _ accuracies: UnsafeMutablePointer<Double>?, _ callback: hqnn_attack_callback?,
  _ context: UnsafeMutableRawPointer?
) -> hqnn_status {
  status {
    let (source, target) = (try layer(source, "source"), try layer(target, "target"))
    let samples = try samples(dataset)
    let options = try attackOptions(given)
    let eps = try array(eps, count, "eps")
    let accuracies = count == 0 ? accuracies : try place(accuracies, "accuracies")
    let progress = callback.map { callback in
      { (done: Int, total: Int) in callback(context, Int64(done), Int64(total)) == 0 }
    }
    let result = try robustAccuracy(
      of: target, against: source, samples, options, eps: eps, progress: progress)
    for (i, accuracy) in result.enumerated() { accuracies?[i] = accuracy }
  }
}

private let attackDefaults = hqnn_attack_options(
  struct_size: MemoryLayout<hqnn_attack_options>.size, kind: HQNN_PGD, eps: 0.1, alpha: 0, steps: 10,
  random_start: 0, restarts: 1, decay: 1, low: 0, high: 1, seed: 0)

private func attackOptions(_ given: UnsafePointer<hqnn_attack_options>?) throws -> AttackOptions {
  let given = try options(given, defaults: attackDefaults)
  guard let kind = AttackOptions.Kind(rawValue: UInt32(given.kind.rawValue)) else {
    throw EngineError.value("kind is \(given.kind.rawValue); it must be HQNN_FGSM, HQNN_PGD or HQNN_MIM")
  }
  var options = AttackOptions()
  (options.kind, options.eps, options.alpha) = (kind, given.eps, given.alpha)
  (options.steps, options.restarts) = (Int(given.steps), Int(given.restarts))
  (options.randomStart, options.decay) = (given.random_start != 0, given.decay)
  (options.low, options.high, options.seed) = (given.low, given.high, given.seed)
  return options
}
