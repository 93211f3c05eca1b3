// A circuit while it is traced: gates by name, measurements, templates.
// The function that is traced, symbolic angles and iterators are in lua/hqnn/.

import CHQNN

let builderFunctions: [Function] = gateFunctions + [
  // builder(wires)
  Function("make", "builder", as: "hq.circuit") { call in
    let wires = try call.integer(1)
    return try call.result(.builder) { hqnn_circuit_create(wires, $0) }
  },
  // builder_finish(c): the circuit; the builder takes no more gates
  Function("native", "builder_finish", as: "hq.circuit") { call in
    let builder = try call.handle(1, .builder)
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
  // expect(word, wire, ...)
  Function("builder", "expect", as: "c:expect") { call in
    let (builder, word) = (try call.handle(1, .builder), try call.string(2))
    let wires = try (3..<max(3, call.count + 1)).map { try call.integer($0) }
    guard wires.count == word.utf8.count else {
      throw Failure("'\(word)' has \(word.utf8.count) letters but there are \(wires.count) wires")
    }
    try check(hqnn_circuit_measure(builder, word, wires, Int64(wires.count)))
    return call.itself
  },
  // builder_template(c, name, layers, seed): a template of the library
  Function("native", "builder_template", as: "c:template") { call in
    let (builder, name) = (try call.handle(1, .builder), try call.string(2))
    try check(hqnn_circuit_template(builder, name, call.integer(3), call.seed(4)))
    return call.itself
  },
]

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
    let wires = try (0..<wireCount).map { try call.integer(2 + $0) }
    let angles = try (0..<angleCount).map { try call.angle(2 + wireCount + $0) }
    try check(
      hqnn_circuit_gate(builder, gate, wires, Int64(wires.count), angles, Int64(angles.count)))
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

extension Call {
  /// A number, or a symbolic angle: a table { slot, index, scale, offset } with the angles' metatable.
  fileprivate func angle(_ index: Int32) throws -> hqnn_angle {
    if let value = lua.number(index) {
      return hqnn_angle(slot: HQNN_CONSTANT, index: 0, scale: 0, offset: value, other: 0, next: nil)
    }
    guard index <= count, lua.type(index) == .table, lua.kind(index) == .angle else {
      throw unexpected(index, "an angle (a number, x[q], w() or such times a number plus a number)")
    }
    var angle = hqnn_angle(slot: HQNN_CONSTANT, index: 0, scale: 1, offset: 0, other: 0, next: nil)
    try field(index, "slot", &angle.slot, [("input", HQNN_INPUT), ("weight", HQNN_WEIGHT)])
    try field(index, "index", &angle.index)
    try field(index, "scale", &angle.scale)
    try field(index, "offset", &angle.offset)
    return angle
  }
}
