// hqnn.h, "optimisers".  A handle is an Optimizer.

import CHQNN
import Learning
import Tensors

func optimizer(_ pointer: OpaquePointer?) throws -> Optimizer {
  try borrow(pointer, "optimizer", as: Optimizer.self)
}

@c @implementation
public func hqnn_optimizer_sgd(
  _ given: UnsafePointer<hqnn_sgd_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let given = try options(given, defaults: sgdDefaults)
    out.pointee = handle(try SGD(lr: given.lr, momentum: given.momentum))
  }
}

private let sgdDefaults = hqnn_sgd_options(
  struct_size: MemoryLayout<hqnn_sgd_options>.size, lr: 0.01, momentum: 0)

@c @implementation
public func hqnn_optimizer_adam(
  _ given: UnsafePointer<hqnn_adam_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let given = try options(given, defaults: adamDefaults)
    out.pointee = handle(
      try Adam(lr: given.lr, beta1: given.beta1, beta2: given.beta2, eps: given.eps))
  }
}

private let adamDefaults = hqnn_adam_options(
  struct_size: MemoryLayout<hqnn_adam_options>.size, lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8)

@c @implementation
public func hqnn_optimizer_retain(_ pointer: OpaquePointer?) -> hqnn_status {
  status { try retain(pointer, "optimizer", as: Optimizer.self) }
}

@c @implementation
public func hqnn_optimizer_release(_ pointer: OpaquePointer?) { release(pointer, as: Optimizer.self) }

@c @implementation
public func hqnn_optimizer_add_tensor(_ pointer: OpaquePointer?, _ added: OpaquePointer?) -> hqnn_status {
  status { try optimizer(pointer).add(try tensor(added)) }
}

@c @implementation
public func hqnn_optimizer_add_layer(_ pointer: OpaquePointer?, _ added: OpaquePointer?) -> hqnn_status {
  status { try optimizer(pointer).add(try layer(added)) }
}

@c @implementation
public func hqnn_optimizer_step(_ pointer: OpaquePointer?) -> hqnn_status {
  status { try optimizer(pointer).step() }
}

@c @implementation
public func hqnn_optimizer_zero_gradients(_ pointer: OpaquePointer?) -> hqnn_status {
  status { try optimizer(pointer).zeroGradients() }
}
