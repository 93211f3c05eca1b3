// hqnn.h, "optimisers".  A handle is an Optimizer.

import CHQNN
import Learning
import Quantum
import Tensors

func optimizer(_ pointer: OpaquePointer?) throws -> Optimizer {
  try borrow(pointer, "optimizer", as: Optimizer.self)
}

// MARK: making

@c @implementation
public func hqnn_optimizer_sgd(
  _ given: UnsafePointer<hqnn_sgd_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let given = try options(given, defaults: sgdDefaults)
    out.pointee = handle(
      try SGD(
        lr: given.lr, momentum: given.momentum, nesterov: given.nesterov != 0, weightDecay: given.weight_decay) as Optimizer)
  }
}

private let sgdDefaults = hqnn_sgd_options(
  struct_size: MemoryLayout<hqnn_sgd_options>.size, lr: 0.01, momentum: 0, weight_decay: 0, nesterov: 0)

@c @implementation
public func hqnn_optimizer_adam(
  _ given: UnsafePointer<hqnn_adam_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let given = try options(given, defaults: adamDefaults(weightDecay: 0))
    out.pointee = handle(
      try Adam(
        lr: given.lr, beta1: given.beta1, beta2: given.beta2, eps: given.eps, weightDecay: given.weight_decay)
        as Optimizer)
  }
}

@c @implementation
public func hqnn_optimizer_adamw(
  _ given: UnsafePointer<hqnn_adam_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let given = try options(given, defaults: adamDefaults(weightDecay: 0.01))
    out.pointee = handle(
      try AdamW(
        lr: given.lr, beta1: given.beta1, beta2: given.beta2, eps: given.eps, weightDecay: given.weight_decay)
        as Optimizer)
  }
}

private func adamDefaults(weightDecay: Double) -> hqnn_adam_options {
  hqnn_adam_options(
    struct_size: MemoryLayout<hqnn_adam_options>.size, lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8,
    weight_decay: weightDecay)
}

@c @implementation
public func hqnn_optimizer_rmsprop(
  _ given: UnsafePointer<hqnn_rmsprop_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let given = try options(given, defaults: rmspropDefaults)
    out.pointee = handle(
      try RMSprop(
        lr: given.lr, alpha: given.alpha, eps: given.eps, momentum: given.momentum, weightDecay: given.weight_decay)
        as Optimizer)
  }
}

private let rmspropDefaults = hqnn_rmsprop_options(
  struct_size: MemoryLayout<hqnn_rmsprop_options>.size, lr: 0.01, alpha: 0.99, eps: 1e-8, momentum: 0, weight_decay: 0)

@c @implementation
public func hqnn_optimizer_adagrad(
  _ given: UnsafePointer<hqnn_adagrad_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let given = try options(given, defaults: adagradDefaults)
    out.pointee = handle(
      try Adagrad(lr: given.lr, eps: given.eps, initial: given.initial, weightDecay: given.weight_decay) as Optimizer)
  }
}

private let adagradDefaults = hqnn_adagrad_options(
  struct_size: MemoryLayout<hqnn_adagrad_options>.size, lr: 0.01, eps: 1e-10, initial: 0, weight_decay: 0)

@c @implementation
public func hqnn_optimizer_lbfgs(
  _ given: UnsafePointer<hqnn_lbfgs_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let given = try options(given, defaults: lbfgsDefaults)
    out.pointee = handle(
      try LBFGS(
        lr: given.lr, history: Int(given.history), iterations: Int(given.iterations), tolerance: given.tolerance,
        weightDecay: given.weight_decay) as Optimizer)
  }
}

private let lbfgsDefaults = hqnn_lbfgs_options(
  struct_size: MemoryLayout<hqnn_lbfgs_options>.size, lr: 1, history: 10, iterations: 20, tolerance: 1e-7,
  weight_decay: 0)

@c @implementation
public func hqnn_optimizer_natural_gradient(
  _ given: UnsafePointer<hqnn_natural_gradient_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let given = try options(given, defaults: naturalGradientDefaults)
    out.pointee = handle(
      try NaturalGradient(
        lr: given.lr, form: metricForm(given.form), damping: given.damping, rows: Int(given.rows),
        weightDecay: given.weight_decay) as Optimizer)
  }
}

private let naturalGradientDefaults = hqnn_natural_gradient_options(
  struct_size: MemoryLayout<hqnn_natural_gradient_options>.size, lr: 0.01, form: HQNN_METRIC_BLOCKS, damping: 1e-3,
  rows: 256, weight_decay: 0)

@c @implementation
public func hqnn_optimizer_spsa(
  _ given: UnsafePointer<hqnn_spsa_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let given = try options(given, defaults: spsaDefaults)
    out.pointee = handle(
      try SPSA(
        lr: given.lr, c: given.c, stability: given.stability, alpha: given.alpha, gamma: given.gamma, seed: given.seed,
        weightDecay: given.weight_decay) as Optimizer)
  }
}

private let spsaDefaults = hqnn_spsa_options(
  struct_size: MemoryLayout<hqnn_spsa_options>.size, lr: 0.2, c: 0.1, stability: 0, alpha: 0.602, gamma: 0.101, seed: 0,
  weight_decay: 0)

@c @implementation
public func hqnn_optimizer_rotosolve(_ out: UnsafeMutablePointer<OpaquePointer?>?) -> hqnn_status {
  status { try place(out).pointee = handle(try Rotosolve() as Optimizer) }
}

@c @implementation
public func hqnn_optimizer_retain(_ pointer: OpaquePointer?) -> hqnn_status {
  status { try retain(pointer, "optimizer", as: Optimizer.self) }
}

@c @implementation
public func hqnn_optimizer_release(_ pointer: OpaquePointer?) { release(pointer, as: Optimizer.self) }

// MARK: tensors

@c @implementation
public func hqnn_optimizer_add_group(
  _ pointer: OpaquePointer?, _ given: UnsafePointer<hqnn_group_options>?
) -> hqnn_status {
  status {
    let optimizer = try optimizer(pointer)
    let given = try options(given, defaults: groupDefaults)
    let members: ParameterGroup.Members
    switch given.members {
    case HQNN_MEMBERS_QUANTUM: members = .quantum
    case HQNN_MEMBERS_CLASSICAL: members = .classical
    case HQNN_MEMBERS_LAYER: members = .layer(try layer(given.layer))
    default:
      throw EngineError.value("members is \(given.members.rawValue); it must be HQNN_MEMBERS_QUANTUM ... HQNN_MEMBERS_LAYER")
    }
    try optimizer.addGroup(
      ParameterGroup(
        members, lr: given.lr == -1 ? nil : given.lr, weightDecay: given.weight_decay == -1 ? nil : given.weight_decay))
  }
}

private let groupDefaults = hqnn_group_options(
  struct_size: MemoryLayout<hqnn_group_options>.size, members: HQNN_MEMBERS_QUANTUM, layer: nil, lr: -1, weight_decay: -1)

@c @implementation
public func hqnn_optimizer_add_tensor(_ pointer: OpaquePointer?, _ added: OpaquePointer?) -> hqnn_status {
  status { try optimizer(pointer).add(try tensor(added)) }
}

@c @implementation
public func hqnn_optimizer_add_layer(_ pointer: OpaquePointer?, _ added: OpaquePointer?) -> hqnn_status {
  status { try optimizer(pointer).add(try layer(added)) }
}

// MARK: steps

@c @implementation
public func hqnn_optimizer_step(_ pointer: OpaquePointer?) -> hqnn_status {
  status { try optimizer(pointer).step() }
}

@c @implementation
public func hqnn_optimizer_needs_loss(_ pointer: OpaquePointer?, _ out: UnsafeMutablePointer<Int32>?) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = try optimizer(pointer).needsLoss ? 1 : 0
  }
}

@c @implementation
public func hqnn_optimizer_step_loss(
  _ pointer: OpaquePointer?, _ loss: hqnn_loss_callback?, _ context: UnsafeMutableRawPointer?,
  _ out: UnsafeMutablePointer<Double>?
) -> hqnn_status {
  status {
    let optimizer = try optimizer(pointer)
    guard let loss else { throw EngineError.null("loss is NULL") }
    let value = try optimizer.step { wantsGradients in
      func evaluate() throws -> Variable {
        try callerLoss { loss(context, $0) }
      }
      guard wantsGradients else { return try Recording.off { try evaluate().value[0] } }
      optimizer.zeroGradients()
      let loss = try evaluate()
      try loss.backward()
      return loss.value[0]
    }
    out?.pointee = value
  }
}

/// The loss that a callback leaves, one value; the callback's reference is given back.
func callerLoss(_ call: (UnsafeMutablePointer<OpaquePointer?>) -> Int32) throws -> Variable {
  var given: OpaquePointer?
  let stopped = call(&given)
  defer { hqnn_tensor_release(given) }
  guard stopped == 0 else { throw EngineError.cancelled }
  let loss = try tensor(given, "the loss that the callback gave")
  guard loss.value.count == 1 else {
    throw EngineError.shape("a loss is one value, this one is \(describe(shape: loss.shape)); take its mean")
  }
  return loss
}

@c @implementation
public func hqnn_optimizer_zero_gradients(_ pointer: OpaquePointer?) -> hqnn_status {
  status { try optimizer(pointer).zeroGradients() }
}

@c @implementation
public func hqnn_optimizer_lr(_ pointer: OpaquePointer?, _ out: UnsafeMutablePointer<Double>?) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = try optimizer(pointer).lr
  }
}

@c @implementation
public func hqnn_optimizer_set_lr(_ pointer: OpaquePointer?, _ lr: Double) -> hqnn_status {
  status { try optimizer(pointer).setRate(lr) }
}

@c @implementation
public func hqnn_optimizer_clip_norm(
  _ pointer: OpaquePointer?, _ limit: Double, _ out: UnsafeMutablePointer<Double>?
) -> hqnn_status {
  status {
    let norm = try optimizer(pointer).clipNorm(limit)
    out?.pointee = norm
  }
}

@c @implementation
public func hqnn_optimizer_clip_value(_ pointer: OpaquePointer?, _ limit: Double) -> hqnn_status {
  status { try optimizer(pointer).clipValue(limit) }
}
