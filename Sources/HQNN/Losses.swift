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
    let labels = try array(labels, count, "labels").map(Int.init)
    out.pointee = handle(try logits.crossEntropy(labels))
  }
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
