// hqnn.h, "circuits: curvature".  Option tables are in lua/hqnn/curvature.lua.

import CHQNN
import LuaTrampoline

let curvatureFunctions: [Function] = [
  // circuit_shift_rule(circuit, "weight" or "input", index): frequencies, rule
  Function("native", "circuit_shift_rule", as: "circuit:shift_rule") { call in
    let (circuit, slot, index) = (try call.circuit(1), try call.string(2), try call.integer(3))
    let (frequencies, rule) = (call.lua.pushObject(.tensor), call.lua.pushObject(.tensor))
    try check(hqnn_circuit_shift_rule(circuit, slot == "input" ? HQNN_INPUT : HQNN_WEIGHT, index, frequencies, rule))
    NativeMemory.watch(call.lua)
    return 2
  },
  // circuit_hessian(circuit, inputs, weights, options)
  Function("native", "circuit_hessian", as: "circuit:hessian") { call in
    let (circuit, inputs, weights) = try call.batch()
    var options = try call.runOptions(4)
    let which = try call.coordinates(4)
    return try call.result(.tensor) { hqnn_circuit_hessian(circuit, inputs, weights, which, &options, $0) }
  },
  // circuit_fisher(circuit, inputs, weights, options)
  Function("native", "circuit_fisher", as: "circuit:fisher") { call in
    let (circuit, inputs, weights) = try call.batch()
    let (which, form) = (try call.coordinates(4), try call.metricForm(4))
    return try call.result(.tensor) { hqnn_circuit_fisher(circuit, inputs, weights, which, form, $0) }
  },
  // circuit_natural_gradient(circuit, inputs, weights, options, output_gradient)
  Function("native", "circuit_natural_gradient", as: "circuit:natural_gradient") { call in
    let (circuit, inputs, weights) = try call.batch()
    let upstream = try call.optional(5, call.tensor)
    var options = try call.runOptions(4)
    let form = try call.metricForm(4)
    var damping = 1e-3
    try call.field(4, "damping", &damping)
    return try call.result(.tensor) {
      hqnn_circuit_natural_gradient(circuit, inputs, weights, upstream, &options, form, damping, $0)
    }
  },
]

extension Call {
  fileprivate func coordinates(_ table: Int32) throws -> Int32 {
    let (inputs, weights) = (Int32(HQNN_INPUTS), Int32(HQNN_WEIGHTS))
    var which = weights
    try field(table, "of", &which, [("weights", weights), ("inputs", inputs), ("both", inputs | weights)])
    return which
  }

  func metricForm(_ table: Int32, default form: hqnn_metric_form = HQNN_METRIC_FULL) throws -> hqnn_metric_form {
    var form = form
    try field(
      table, "form", &form,
      [("full", HQNN_METRIC_FULL), ("blocks", HQNN_METRIC_BLOCKS), ("diagonal", HQNN_METRIC_DIAGONAL)])
    return form
  }
}
