// hqnn.h, "optimisers".  Option checking is in lua/hqnn/optim.lua.

import CHQNN
import LuaTrampoline

let optimizerFunctions: [Function] = [
  Function("make", "sgd", as: "hq.optim.sgd") { call in
    var options = hqnn_sgd_options_default()
    try call.field(1, "lr", &options.lr)
    try call.field(1, "momentum", &options.momentum)
    return try call.result(.optimizer) { hqnn_optimizer_sgd(&options, $0) }
  },
  Function("make", "adam", as: "hq.optim.adam") { call in
    var options = hqnn_adam_options_default()
    try call.field(1, "lr", &options.lr)
    try call.field(1, "beta1", &options.beta1)
    try call.field(1, "beta2", &options.beta2)
    try call.field(1, "eps", &options.eps)
    return try call.result(.optimizer) { hqnn_optimizer_adam(&options, $0) }
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
  Function("optimizer", "step", as: "optimizer:step") { call in
    try check(hqnn_optimizer_step(call.handle(1, .optimizer)))
    return 0
  },
  Function("optimizer", "zero_grad", as: "optimizer:zero_grad") { call in
    try check(hqnn_optimizer_zero_gradients(call.handle(1, .optimizer)))
    return 0
  },
]
