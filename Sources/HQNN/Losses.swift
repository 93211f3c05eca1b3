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
    out.pointee = handle(try prediction.meanSquaredError(try tensor(target, "target")))
  }
}
