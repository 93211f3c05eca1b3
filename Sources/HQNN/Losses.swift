// hqnn.h, "losses".

import CHQNN
import Learning
import Tensors

@c @implementation
public func hqnn_loss_cross_entropy(
  _ logits: OpaquePointer?, _ labels: UnsafePointer<Int64>?, _ count: Int64,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let logits = try tensor(logits, "logits")
    let labels = try classNumbers(labels, count, for: logits.value, "rows of logits")
    out.pointee = handle(try logits.crossEntropy(labels))
  }
}

/// One class number per row of a tensor; a wrong count is found before so much memory is read.
func classNumbers(
  _ labels: UnsafePointer<Int64>?, _ count: Int64, for rows: Tensor, _ what: String
) throws -> [Int] {
  let expected = rows.shape.first ?? 0
  guard count < 0 || count == expected else {
    throw EngineError.shape("there are \(count) labels for \(expected) \(what)")
  }
  return try array(labels, count, "labels").map(Int.init)
}

@c @implementation
public func hqnn_loss_mse(
  _ prediction: OpaquePointer?, _ target: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let prediction = try tensor(prediction, "prediction")
    out.pointee = handle(try Loss(.mse)(prediction, targets: try tensor(target, "target")))
  }
}

@c @implementation
public func hqnn_loss_apply(
  _ kind: hqnn_loss_kind, _ given: UnsafePointer<hqnn_loss_options>?, _ output: OpaquePointer?,
  _ labels: UnsafePointer<Int64>?, _ labelCount: Int64, _ targets: OpaquePointer?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let output = try tensor(output, "output")
    let numbers =
      labels == nil && labelCount == 0
      ? nil : try classNumbers(labels, labelCount, for: output.value, "rows of outputs")
    out.pointee = handle(
      try loss(kind, given)(output, labels: numbers, targets: try targets.map { try tensor($0, "targets") }))
  }
}

/// A loss from C, checked.
func loss(_ kind: hqnn_loss_kind, _ given: UnsafePointer<hqnn_loss_options>?) throws -> Loss {
  guard let kind = Loss.Kind(rawValue: UInt32(kind.rawValue)) else {
    throw EngineError.value("loss is \(kind.rawValue); it must be HQNN_LOSS_CROSS_ENTROPY ... HQNN_LOSS_COSINE_EMBEDDING")
  }
  var result = Loss(kind)
  let given = try options(given, defaults: lossDefaults)
  guard let reduction = Loss.Reduction(rawValue: UInt32(given.reduction.rawValue)) else {
    throw EngineError.value("reduction is \(given.reduction.rawValue); it must be HQNN_LOSS_MEAN, _SUM or _NONE")
  }
  result.reduction = reduction
  result.labelSmoothing = given.label_smoothing
  result.classWeights = try array(given.class_weights, given.class_weight_count, "class weights")
  result.delta = given.delta
  result.margin = given.margin.isNaN ? nil : given.margin
  try result.check()
  return result
}

private let lossDefaults = hqnn_loss_options(
  struct_size: MemoryLayout<hqnn_loss_options>.size, reduction: HQNN_LOSS_MEAN, label_smoothing: 0,
  class_weights: nil, class_weight_count: 0, delta: 1, margin: .nan)
