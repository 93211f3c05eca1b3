// hqnn.h, "perturbations of whole sets, and of the quantum part", and matrices of transfer attacks.  What reads better in Lua is
// in lua/hqnn/perturbation.lua.

import CHQNN
import LuaTrampoline

let perturbationFunctions: [Function] = [
  // universal_find(model, data, options as JSON): the perturbation and a report as JSON
  Function("native", "universal_find", as: "hq.universal") { call in
    let (model, data, options) = (try call.layer(1), try call.dataset(2), try call.string(3))
    let delta = call.lua.pushObject(.tensor)
    _ = try call.text { hqnn_universal_find(model, data, options, nil, nil, delta, $0) }
    return 2
  },
  // universal_evaluate(model, data, delta, low, high): a report as JSON
  Function("native", "universal_evaluate", as: "universal:evaluate") { call in
    let (model, data, delta) = (try call.layer(1), try call.dataset(2), try call.tensor(3))
    let (low, high) = (try call.number(4), try call.number(5))
    return try call.text { hqnn_universal_evaluate(model, data, delta, low, high, $0) }
  },
  // universal_apply(delta, samples, low, high): a tensor
  Function("native", "universal_apply", as: "universal:apply") { call in
    let (delta, samples) = (try call.tensor(1), try call.tensor(2))
    let (low, high) = (try call.number(3), try call.number(4))
    return try call.result(.tensor) { hqnn_universal_apply(delta, samples, low, high, $0) }
  },
  // quantum_attack(model, data, kind, options as JSON): a report as JSON and a table
  Function("native", "quantum_attack", as: "hq.quantum_attack") { call in
    let (model, data) = (try call.layer(1), try call.dataset(2))
    let (kind, options) = (try call.string(3), try call.string(4))
    let rows = call.lua.pushObject(.table)
    _ = try call.text { hqnn_quantum_attack(model, data, kind, options, nil, nil, $0, rows) }
    call.lua.copy(-2)
    return 2
  },
  // transfer_matrix({ model, ... }, data, kind, options as JSON): a report as JSON
  Function("native", "transfer_matrix", as: "hq.transfer_matrix") { call in
    try call.table(1, "an array of models")
    var models: [OpaquePointer?] = []
    for position in 1...max(1, call.lua.length(1)) {
      call.lua.pushElement(1, position)
      models.append(try call.layer(-1))
    }
    let (data, kind, options) = (try call.dataset(2), try call.string(3), try call.string(4))
    var attack: OpaquePointer?
    defer { hqnn_attack_release(attack) }
    try check(hqnn_attack_create(kind, options, &attack))
    return try call.text { hqnn_transfer_matrix(models, Int64(models.count), data, attack, nil, nil, $0) }
  },
]
