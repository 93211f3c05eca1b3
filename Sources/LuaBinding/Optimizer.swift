// hqnn.h, "optimisers".  Option checking and groups are in lua/hqnn/optim.lua.

import CHQNN
import LuaTrampoline

let optimizerFunctions: [Function] = [
  Function("make", "sgd", as: "hq.optim.sgd") { call in
    var options = hqnn_sgd_options_default()
    try call.field(1, "lr", &options.lr)
    try call.field(1, "momentum", &options.momentum)
    try call.field(1, "nesterov", &options.nesterov)
    try call.field(1, "weight_decay", &options.weight_decay)
    return try call.result(.optimizer) { hqnn_optimizer_sgd(&options, $0) }
  },
  Function("make", "adam", as: "hq.optim.adam") { call in
    var options = try call.adamOptions(weightDecay: 0)
    return try call.result(.optimizer) { hqnn_optimizer_adam(&options, $0) }
  },
  Function("make", "adamw", as: "hq.optim.adamw") { call in
    var options = try call.adamOptions(weightDecay: 0.01)
    return try call.result(.optimizer) { hqnn_optimizer_adamw(&options, $0) }
  },
  Function("make", "rmsprop", as: "hq.optim.rmsprop") { call in
    var options = hqnn_rmsprop_options_default()
    try call.field(1, "lr", &options.lr)
    try call.field(1, "alpha", &options.alpha)
    try call.field(1, "eps", &options.eps)
    try call.field(1, "momentum", &options.momentum)
    try call.field(1, "weight_decay", &options.weight_decay)
    return try call.result(.optimizer) { hqnn_optimizer_rmsprop(&options, $0) }
  },
  Function("make", "adagrad", as: "hq.optim.adagrad") { call in
    var options = hqnn_adagrad_options_default()
    try call.field(1, "lr", &options.lr)
    try call.field(1, "eps", &options.eps)
    try call.field(1, "initial", &options.initial)
    try call.field(1, "weight_decay", &options.weight_decay)
    return try call.result(.optimizer) { hqnn_optimizer_adagrad(&options, $0) }
  },
  Function("make", "lbfgs", as: "hq.optim.lbfgs") { call in
    var options = hqnn_lbfgs_options_default()
    try call.field(1, "lr", &options.lr)
    try call.field(1, "history", &options.history)
    try call.field(1, "iterations", &options.iterations)
    try call.field(1, "tolerance", &options.tolerance)
    try call.field(1, "weight_decay", &options.weight_decay)
    return try call.result(.optimizer) { hqnn_optimizer_lbfgs(&options, $0) }
  },
  Function("make", "natural_gradient", as: "hq.optim.natural_gradient") { call in
    var options = hqnn_natural_gradient_options_default()
    try call.field(1, "lr", &options.lr)
    options.form = try call.metricForm(1, default: options.form)
    try call.field(1, "damping", &options.damping)
    try call.field(1, "rows", &options.rows)
    try call.field(1, "weight_decay", &options.weight_decay)
    return try call.result(.optimizer) { hqnn_optimizer_natural_gradient(&options, $0) }
  },
  Function("make", "spsa", as: "hq.optim.spsa") { call in
    var options = hqnn_spsa_options_default()
    try call.field(1, "lr", &options.lr)
    try call.field(1, "c", &options.c)
    try call.field(1, "stability", &options.stability)
    try call.field(1, "alpha", &options.alpha)
    try call.field(1, "gamma", &options.gamma)
    try call.field(1, "seed", &options.seed)
    try call.field(1, "weight_decay", &options.weight_decay)
    return try call.result(.optimizer) { hqnn_optimizer_spsa(&options, $0) }
  },
  Function("make", "rotosolve", as: "hq.optim.rotosolve") { call in
    try call.result(.optimizer) { hqnn_optimizer_rotosolve($0) }
  },
  // optimizer_group(optimizer, "quantum", "classical" or a layer, options)
  Function("native", "optimizer_group", as: "hq.optim") { call in
    let optimizer = try call.handle(1, .optimizer)
    var options = hqnn_group_options_default()
    if call.lua.kind(2) == .layer {
      options.members = HQNN_MEMBERS_LAYER
      options.layer = try call.layer(2)
    } else {
      options.members = try call.string(2) == "quantum" ? HQNN_MEMBERS_QUANTUM : HQNN_MEMBERS_CLASSICAL
    }
    try call.field(3, "lr", &options.lr)
    try call.field(3, "weight_decay", &options.weight_decay)
    try check(hqnn_optimizer_add_group(optimizer, &options))
    return 0
  },
  // add(model or tensor)
  Function("optimizer", "add", as: "optimizer:add") { call in
    let optimizer = try call.handle(1, .optimizer)
    switch call.count >= 2 ? call.lua.kind(2) : nil {
    case .tensor: try check(hqnn_optimizer_add_tensor(optimizer, call.tensor(2)))
    case .layer: try check(hqnn_optimizer_add_layer(optimizer, call.layer(2)))
    default: throw call.unexpected(2, "a model, a layer or a tensor")
    }
    return call.itself
  },
  // step(), or step(function that returns the loss): the loss before the step
  Function("optimizer", "step", as: "optimizer:step") { call in
    let optimizer = try call.handle(1, .optimizer)
    if call.isNil(2) {
      try check(hqnn_optimizer_step(optimizer))
      return 0
    }
    var loss = 0.0
    _ = try Callback.run(call, function: 2) { context in
      hqnn_optimizer_step_loss(
        optimizer, { context, out in Callback.tensor(context, "the loss function", out) { _ in 0 } }, context, &loss)
    }
    call.lua.push(loss)
    return 1
  },
  Function("optimizer", "needs_loss", as: "optimizer:needs_loss") { call in
    var needs: Int32 = 0
    try check(hqnn_optimizer_needs_loss(call.handle(1, .optimizer), &needs))
    call.lua.push(needs != 0)
    return 1
  },
  Function("optimizer", "zero_grad", as: "optimizer:zero_grad") { call in
    try check(hqnn_optimizer_zero_gradients(call.handle(1, .optimizer)))
    return 0
  },
  // lr() tells the learning rate, lr(value) sets it.
  Function("optimizer", "lr", as: "optimizer:lr") { call in
    let optimizer = try call.handle(1, .optimizer)
    if let lr = try call.optional(2, call.number) { try check(hqnn_optimizer_set_lr(optimizer, lr)) }
    var lr = 0.0
    try check(hqnn_optimizer_lr(optimizer, &lr))
    call.lua.push(lr)
    return 1
  },
  // clip_norm(limit): the norm before
  Function("optimizer", "clip_norm", as: "optimizer:clip_norm") { call in
    var norm = 0.0
    try check(hqnn_optimizer_clip_norm(call.handle(1, .optimizer), call.number(2), &norm))
    call.lua.push(norm)
    return 1
  },
  Function("optimizer", "clip_value", as: "optimizer:clip_value") { call in
    try check(hqnn_optimizer_clip_value(call.handle(1, .optimizer), call.number(2)))
    return 0
  },
]

extension Call {
  fileprivate func adamOptions(weightDecay: Double) throws -> hqnn_adam_options {
    var options = hqnn_adam_options_default()
    options.weight_decay = weightDecay
    try field(1, "lr", &options.lr)
    try field(1, "beta1", &options.beta1)
    try field(1, "beta2", &options.beta2)
    try field(1, "eps", &options.eps)
    try field(1, "weight_decay", &options.weight_decay)
    return options
  }
}
