// hqnn.h, "circuits": finished circuits.  How one is traced is in Builder.swift and
// lua/hqnn/circuit.lua.

import CHQNN
import LuaTrampoline

private func count(
  _ name: String, _ read: @escaping (OpaquePointer?, UnsafeMutablePointer<Int64>?) -> hqnn_status
) -> Function {
  Function("circuit", name, as: "circuit:\(name)") { call in
    let circuit = try call.circuit(1)
    return try call.result { read(circuit, $0) }
  }
}

let circuitFunctions: [Function] = [
  count("wires", hqnn_circuit_wires),
  count("inputs", hqnn_circuit_inputs),
  count("weights", hqnn_circuit_weights),
  count("outputs", hqnn_circuit_outputs),
  count("gates", hqnn_circuit_gates),
  count("depth", hqnn_circuit_depth),

  // draw(unicode)
  Function("circuit", "draw") { call in
    let (circuit, unicode) = (try call.circuit(1), try call.optional(2, call.boolean) ?? true)
    return try call.text { hqnn_circuit_draw(circuit, unicode ? 1 : 0, $0) }
  },
  Function("circuit", "lint") { call in
    let circuit = try call.circuit(1)
    return try call.text { hqnn_circuit_lint(circuit, $0) }
  },
  // method(batch): what "automatic" stands for
  Function("circuit", "method") { call in
    var method = HQNN_METHOD_AUTOMATIC
    try check(hqnn_circuit_method(call.circuit(1), call.integer(2), &method))
    call.lua.push(methods.first { $0.1 == method }?.0 ?? "unknown")
    return 1
  },
  // circuit_expect(circuit, inputs, weights, options)
  Function("native", "circuit_expect", as: "circuit:expect") { call in
    let circuit = try call.circuit(1)
    let (inputs, weights) = (try call.optional(2, call.tensor), try call.optional(3, call.tensor))
    var options = try call.runOptions(4)
    return try call.result(.tensor) { hqnn_circuit_expect(circuit, inputs, weights, &options, $0) }
  },
  // circuit_gradient(circuit, inputs, weights, options, output_gradient): of inputs, of weights; nil for what
  // the circuit does not have
  Function("native", "circuit_gradient", as: "circuit:gradient") { call in
    let upstream = try call.optional(5, call.tensor)
    return try derivatives(call) { circuit, inputs, weights, options, outInputs, outWeights in
      hqnn_circuit_gradient(circuit, inputs, weights, upstream, options, outInputs, outWeights)
    }
  },
  // circuit_sample_gradients(circuit, inputs, weights, options, output_gradient)
  Function("native", "circuit_sample_gradients", as: "circuit:sample_gradients") { call in
    let circuit = try call.circuit(1)
    let (inputs, weights) = (try call.optional(2, call.tensor), try call.optional(3, call.tensor))
    let upstream = try call.optional(5, call.tensor)
    var options = try call.runOptions(4)
    return try call.result(.tensor) {
      hqnn_circuit_sample_gradients(circuit, inputs, weights, upstream, &options, $0)
    }
  },
  Function("native", "circuit_jacobian", as: "circuit:jacobian") { call in
    try derivatives(call, hqnn_circuit_jacobian)
  },
]

private func derivatives(
  _ call: Call,
  _ compute: (
    OpaquePointer?, OpaquePointer?, OpaquePointer?, UnsafePointer<hqnn_run_options>?,
    UnsafeMutablePointer<OpaquePointer?>?, UnsafeMutablePointer<OpaquePointer?>?
  ) -> hqnn_status
) throws -> Int32 {
  let circuit = try call.circuit(1)
  let (inputs, weights) = (try call.optional(2, call.tensor), try call.optional(3, call.tensor))
  var options = try call.runOptions(4)
  var (inputCount, weightCount): (Int64, Int64) = (0, 0)
  try check(hqnn_circuit_inputs(circuit, &inputCount))
  try check(hqnn_circuit_weights(circuit, &weightCount))
  let ofInputs = inputCount > 0 ? call.lua.pushObject(.tensor) : nil
  if ofInputs == nil { call.lua.pushNil() }
  let ofWeights = weightCount > 0 ? call.lua.pushObject(.tensor) : nil
  if ofWeights == nil { call.lua.pushNil() }
  try check(compute(circuit, inputs, weights, &options, ofInputs, ofWeights))
  NativeMemory.watch(call.lua)
  return 2
}

private let methods: [(String, hqnn_method)] = [
  ("automatic", HQNN_METHOD_AUTOMATIC), ("product", HQNN_METHOD_PRODUCT),
  ("unitary", HQNN_METHOD_UNITARY), ("gates", HQNN_METHOD_GATES),
  ("state", HQNN_METHOD_STATE), ("density", HQNN_METHOD_DENSITY), ("trajectories", HQNN_METHOD_TRAJECTORIES),
]

private let differentiations: [(String, hqnn_differentiation)] = [
  ("adjoint", HQNN_DIFF_ADJOINT), ("parameter_shift", HQNN_DIFF_PARAMETER_SHIFT),
  ("finite_difference", HQNN_DIFF_FINITE_DIFFERENCE), ("spsa", HQNN_DIFF_SPSA),
  ("general_shift", HQNN_DIFF_GENERAL_SHIFT),
]

extension Call {
  /// How to run a circuit, from an option table.
  func runOptions(_ table: Int32) throws -> hqnn_run_options {
    var options = hqnn_run_options_default()
    try field(table, "method", &options.method, methods)
    try field(table, "differentiation", &options.differentiation, differentiations)
    try field(table, "step", &options.step)
    try field(table, "shots", &options.shots)
    try field(table, "seed", &options.seed)
    try field(table, "trajectories", &options.trajectories)
    try field(table, "directions", &options.directions)
    return options
  }
}
