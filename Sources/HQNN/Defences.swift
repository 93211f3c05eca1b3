// hqnn.h, defences: input transforms as layers, and the options of adversarial training.

import CHQNN
import Learning
import Robustness
import Tensors

private func rule(_ backward: hqnn_backward_rule) throws -> BackwardRule {
  guard let rule = BackwardRule(rawValue: UInt32(backward.rawValue)) else {
    throw EngineError.value(
      "backward is \(backward.rawValue); it must be HQNN_BACKWARD_NONE or HQNN_BACKWARD_STRAIGHT_THROUGH")
  }
  return rule
}

@c @implementation
public func hqnn_layer_binarise(
  _ threshold: Double, _ backward: hqnn_backward_rule, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) { try BinariseLayer(threshold: threshold, backward: rule(backward)) }
}

@c @implementation
public func hqnn_layer_bit_depth(
  _ bits: Int64, _ backward: hqnn_backward_rule, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) { try BitDepthLayer(bits: Int(bits), backward: rule(backward)) }
}

@c @implementation
public func hqnn_layer_median_filter(
  _ size: Int64, _ backward: hqnn_backward_rule, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) { try MedianFilterLayer(size: Int(size), backward: rule(backward)) }
}

@c @implementation
public func hqnn_layer_jpeg(
  _ quality: Int64, _ backward: hqnn_backward_rule, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) { try JPEGLayer(quality: Int(quality), backward: rule(backward)) }
}

@c @implementation
public func hqnn_layer_adversarial_noise(
  _ size: Double, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) { try AdversarialNoiseLayer(size: size) }
}

@c @implementation
public func hqnn_layer_random_inputs(
  _ count: Int64, _ bound: Double, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) { try RandomInputsLayer(count: Int(count), bound: bound) }
}

private let adversarialDefaults = hqnn_adversarial_options(
  struct_size: MemoryLayout<hqnn_adversarial_options>.size, method: HQNN_ADVERSARIAL_PGD, norm: HQNN_ADVERSARIAL_LINF,
  eps: 0.1, alpha: 0, steps: 7, random_start: 1, low: 0, high: 1, beta: 6, replays: 4, step: 0.01, seed: 0)

func adversarialOptions(_ given: UnsafePointer<hqnn_adversarial_options>) throws -> AdversarialOptions {
  let given = try options(given, defaults: adversarialDefaults)
  guard let method = AdversarialOptions.Method(rawValue: UInt32(given.method.rawValue)) else {
    throw EngineError.value(
      "method is \(given.method.rawValue); it must be HQNN_ADVERSARIAL_FGSM ... HQNN_ADVERSARIAL_INPUT_GRADIENT")
  }
  guard let norm = AdversarialOptions.Norm(rawValue: UInt32(given.norm.rawValue)) else {
    throw EngineError.value("norm is \(given.norm.rawValue); it must be HQNN_ADVERSARIAL_LINF or HQNN_ADVERSARIAL_L2")
  }
  var options = AdversarialOptions()
  (options.method, options.norm, options.eps, options.alpha) = (method, norm, given.eps, given.alpha)
  (options.steps, options.randomStart) = (Int(given.steps), given.random_start != 0)
  (options.low, options.high, options.beta) = (given.low, given.high, given.beta)
  (options.replays, options.step, options.seed) = (Int(given.replays), given.step, given.seed)
  return options
}
