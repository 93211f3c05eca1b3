// A circuit while it is traced: gates by name, blocks, sub-circuits, measurements.
// The function that is traced and its symbols are in lua/hqnn/, templates and encodings in Template.swift.

import CHQNN
import LuaTrampoline

let builderFunctions: [Function] = gateFunctions + blockFunctions + [
  // builder(wires)
  Function("make", "builder", as: "hq.circuit") { call in
    let wires = try call.integer(1)
    return try call.result(.builder) { hqnn_circuit_create(wires, $0) }
  },
  // builder_finish(c): the circuit; the builder takes no more gates
  Function("native", "builder_finish", as: "hq.circuit") { call in
    let builder = try call.handle(1, .builder)
    // A block may be open where the script caught an error inside it; then this fails.
    var outputs: Int64 = 0
    try check(hqnn_circuit_outputs(builder, &outputs))
    call.lua.pushObject(.circuit).pointee = builder
    call.lua.box(1).pointee = nil
    return 1
  },
  Function("native", "builder_wires", as: "c:wires") { call in
    let builder = try call.handle(1, .builder)
    return try call.result { hqnn_circuit_wires(builder, $0) }
  },
  Function("native", "builder_weights", as: "w") { call in
    let builder = try call.handle(1, .builder)
    return try call.result { hqnn_circuit_weights(builder, $0) }
  },

  // multi_rz(wire, ..., angle)
  Function("builder", "multi_rz", as: "c:multi_rz") { call in
    let (builder, wires) = (try call.handle(1, .builder), try call.wires(from: 2, to: call.count - 1))
    try call.withAngles(call.count..<call.count + 1) { angle in
      try check(hqnn_circuit_gate(builder, "MultiRZ", wires, Int64(wires.count), angle, 1))
    }
    return call.itself
  },
  // pauli_rot(word, wire, ..., angle)
  Function("builder", "pauli_rot", as: "c:pauli_rot") { call in
    let (builder, word) = (try call.handle(1, .builder), try call.string(2))
    let wires = try call.wires(from: 3, to: call.count - 1)
    try call.match(word, wires)
    try call.withAngles(call.count..<call.count + 1) { angle in
      try check(hqnn_circuit_pauli_rotation(builder, word, wires, Int64(wires.count), angle))
    }
    return call.itself
  },
  // builder_unitary(c, numbers, wire, ...): real and imaginary parts in turn
  Function("native", "builder_unitary", as: "c:unitary") { call in
    let (builder, numbers) = (try call.handle(1, .builder), try call.numbers(2))
    let wires = try call.wires(from: 3, to: call.count)
    try check(hqnn_circuit_unitary(builder, numbers, Int64(numbers.count), wires, Int64(wires.count)))
    return call.itself
  },
  // builder_prepare(c, numbers, options)
  Function("native", "builder_prepare", as: "c:prepare") { call in
    let (builder, numbers) = (try call.handle(1, .builder), try call.numbers(2))
    var normalize: Int32 = 0
    try call.field(3, "normalize", &normalize)
    try check(hqnn_circuit_prepare(builder, numbers, Int64(numbers.count), normalize))
    return call.itself
  },

  // expect(word, wire, ...)
  Function("builder", "expect", as: "c:expect") { call in
    let (builder, word) = (try call.handle(1, .builder), try call.string(2))
    let wires = try call.wires(from: 3, to: call.count)
    try call.match(word, wires)
    try check(hqnn_circuit_measure(builder, word, wires, Int64(wires.count)))
    return call.itself
  },
  // builder_sum(c, terms): { coefficient, word, wire, ... } each
  Function("native", "builder_sum", as: "c:hamiltonian") { call in
    let builder = try call.handle(1, .builder)
    try call.withTerms(2) { words, wires, coefficients in
      try check(
        hqnn_circuit_measure_sum(builder, words, wires, Int64(wires.count), coefficients, Int64(coefficients.count)))
    }
    return call.itself
  },
  Function("native", "builder_variance", as: "c:variance") { call in
    let builder = try call.handle(1, .builder)
    try call.withTerms(2) { words, wires, coefficients in
      try check(
        hqnn_circuit_measure_variance(
          builder, words, wires, Int64(wires.count), coefficients, Int64(coefficients.count)))
    }
    return call.itself
  },
  Function("native", "builder_probabilities", as: "c:probabilities") { call in
    let (builder, wires) = (try call.handle(1, .builder), try call.integers(2))
    try check(hqnn_circuit_measure_probabilities(builder, wires, Int64(wires.count)))
    return call.itself
  },
  // measure(wire, bit): the classical bit
  Function("builder", "measure", as: "c:measure") { call in
    let (builder, wire) = (try call.handle(1, .builder), try call.integer(2))
    let bit = try call.optional(3, call.integer) ?? -1
    return try call.result { hqnn_circuit_measure_wire(builder, wire, bit, $0) }
  },
  Function("builder", "reset", as: "c:reset") { call in
    try check(hqnn_circuit_reset(call.handle(1, .builder), call.integer(2)))
    return call.itself
  },
  // barrier(wire, ...)
  Function("builder", "barrier", as: "c:barrier") { call in
    let (builder, wires) = (try call.handle(1, .builder), try call.wires(from: 2, to: call.count))
    try check(hqnn_circuit_barrier(builder, wires, Int64(wires.count)))
    return call.itself
  },
]

/// begin_controlled(c, { wires, values }), begin_adjoint(c), begin_when(c, bit, value), and the ends of these
/// blocks; builder_append(c, circuit, options).
private let blockFunctions: [Function] = [
  Function("native", "begin_controlled", as: "c:controlled") { call in
    let (builder, scratch) = (try call.handle(1, .builder), Scratch())
    var options = hqnn_block_options_default()
    try scratch.controls(call, 2, "wires", &options)
    try check(hqnn_circuit_begin(builder, &options))
    withExtendedLifetime(scratch) {}
    return call.itself
  },
  Function("native", "begin_adjoint", as: "c:adjoint") { call in
    var options = hqnn_block_options_default()
    options.adjoint = 1
    try check(hqnn_circuit_begin(call.handle(1, .builder), &options))
    return call.itself
  },
  Function("native", "begin_when", as: "c:when") { call in
    let (builder, scratch) = (try call.handle(1, .builder), Scratch())
    var options = hqnn_block_options_default()
    options.bits = scratch.copy([try call.integer(2)])
    options.bit_values = scratch.copy([Int32(clamping: try call.integer(3))])
    options.bit_count = 1
    try check(hqnn_circuit_begin(builder, &options))
    withExtendedLifetime(scratch) {}
    return call.itself
  },
  Function("native", "builder_append", as: "c:append") { call in
    let (builder, other, scratch) = (try call.handle(1, .builder), try call.circuit(2), Scratch())
    var options = hqnn_append_options_default()
    try scratch.integers(call, 3, "wires", &options.wires, &options.wire_count)
    try call.field(3, "first_input", &options.first_input)
    try call.field(3, "first_weight", &options.first_weight)
    try call.field(3, "adjoint", &options.block.adjoint)
    try scratch.controls(call, 3, "controls", &options.block)
    try check(hqnn_circuit_append(builder, other, &options))
    withExtendedLifetime(scratch) {}
    return call.itself
  },
] + ["controlled", "adjoint", "when"].map { kind in
  Function("native", "end_\(kind)", as: "c:\(kind)") { call in
    try check(hqnn_circuit_end(call.handle(1, .builder)))
    return call.itself
  }
}

extension Scratch {
  fileprivate func controls(_ call: Call, _ table: Int32, _ name: String, _ options: inout hqnn_block_options) throws {
    try integers(call, table, name, &options.controls, &options.control_count)
    if let values = try call.integersField(table, "values") {
      guard values.count == Int(options.control_count) else {
        throw Failure("\(options.control_count) controls with \(values.count) values; there must be as many")
      }
      options.control_values = copy(values.map { Int32(clamping: $0) })
    }
  }
}

// MARK: Gates

/// What scripts may call a gate: its name in C, or that of its method.
private let gatesByName: [String: String] = {
  var result: [String: String] = ["MultiRZ": "MultiRZ", "multi_rz": "MultiRZ"]
  for gate in String(cString: hqnn_gate_names()).split(separator: " ").map(String.init) {
    result[gate] = gate
    result[luaName(gate: gate)] = gate
  }
  return result
}()

extension Call {
  /// The gate's name in C; names that are not known are left to the library.
  func gateName(_ index: Int32) throws -> String {
    let name = try string(index)
    return gatesByName[name] ?? name
  }
}

/// One function per gate that the library knows: c:cnot(p, q), c:rot(q, alpha, beta, gamma), ...
private let gateFunctions: [Function] = String(cString: hqnn_gate_names()).split(separator: " ").map { gate in
  let gate = String(gate)
  var (wires, angles): (Int64, Int64) = (0, 0)
  _ = hqnn_gate_describe(gate, &wires, &angles)
  let (wireCount, angleCount) = (Int32(wires), Int32(angles))
  let name = luaName(gate: gate)
  return Function("builder", name, as: "c:\(name)") { call in
    let builder = try call.handle(1, .builder)
    guard call.count == 1 + wireCount + angleCount else {
      throw Failure("expected \(signature(wires: wireCount, angles: angleCount)), got \(call.count - 1) arguments")
    }
    let wires = try call.wires(from: 2, to: 1 + wireCount)
    try call.withAngles(2 + wireCount..<2 + wireCount + angleCount) { angles in
      try check(hqnn_circuit_gate(builder, gate, wires, Int64(wires.count), angles, Int64(angleCount)))
    }
    return call.itself
  }
}

/// "IsingXX" is c:ising_xx, "PhaseShift" c:phase_shift, "CNOT" c:cnot.
private func luaName(gate: String) -> String {
  var name = ""
  var previousIsLower = false
  for letter in gate {
    if letter.isUppercase && previousIsLower { name += "_" }
    name += letter.lowercased()
    previousIsLower = letter.isLowercase
  }
  return name
}

/// "1 wire and 3 angles"
private func signature(wires: Int32, angles: Int32) -> String {
  let wireText = wires == 1 ? "1 wire" : "\(wires) wires"
  if angles == 0 { return wireText }
  return wireText + (angles == 1 ? " and 1 angle" : " and \(angles) angles")
}
