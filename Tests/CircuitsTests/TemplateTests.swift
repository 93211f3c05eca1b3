// Templates, encodings and patterns: their gates, numbers of weights, and what is refused.

import Circuits
import Tensors
import Testing

/// The sentence of the EngineError that the body throws.
private func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "nothing was thrown"
  } catch let error as EngineError {
    return error.message
  } catch {
    return "another error: \(error)"
  }
}

@Suite struct TemplateTests {
  private func circuit(_ name: String, wires: Int, layers: Int = 1, _ change: (inout TemplateOptions) -> Void = { _ in }) throws -> Circuit {
    var circuit = try Circuit(wires: wires)
    var options = TemplateOptions(layers: layers)
    change(&options)
    try circuit.append(Template.named(name), options)
    return circuit
  }

  /// "RX0 CNOT10 …": names and wires of all gates.
  private func gates(_ circuit: Circuit) -> String {
    circuit.operations.map { $0.name + $0.wires.map(String.init).joined() }.joined(separator: " ")
  }

  /// Table 1 of Sim et al. 2019, as functions of the number of wires and layers.
  @Test func simsCircuitsHaveTheirNumbersOfWeights() throws {
    let rows: [(Int, (Int, Int) -> Int)] = [
      (1, { n, l in 2 * n * l }), (2, { n, l in 2 * n * l }), (3, { n, l in (3 * n - 1) * l }),
      (4, { n, l in (3 * n - 1) * l }), (5, { n, l in (n * n + 3 * n) * l }), (6, { n, l in (n * n + 3 * n) * l }),
      (7, { n, l in (5 * n - 1) * l }), (8, { n, l in (5 * n - 1) * l }), (9, { n, l in n * l }),
      (10, { n, l in n + n * l }), (11, { n, l in (4 * n - 4) * l }), (12, { n, l in (4 * n - 4) * l }),
      (13, { n, l in 4 * n * l }), (14, { n, l in 4 * n * l }), (15, { n, l in 2 * n * l }),
      (16, { n, l in (3 * n - 1) * l }), (17, { n, l in (3 * n - 1) * l }), (18, { n, l in 3 * n * l }),
      (19, { n, l in 3 * n * l }),
    ]
    for (number, count) in rows {
      for n in 2...7 {
        for layers in 1...3 {
          let circuit = try circuit("sim_\(number)", wires: n, layers: layers)
          #expect(circuit.weightCount == count(n, layers), "sim_\(number), \(n) wires, \(layers) layers")
        }
      }
    }
  }

  /// Fig. 2 of Sim et al. 2019, gate by gate.
  @Test func simsCircuitsHaveTheirGates() throws {
    let (xz, yz) = ("RX0 RX1 RX2 RX3 RZ0 RZ1 RZ2 RZ3", "RY0 RY1 RY2 RY3 RZ0 RZ1 RZ2 RZ3")
    let y = "RY0 RY1 RY2 RY3"
    func all(_ gate: String) -> String {
      ["32", "31", "30", "23", "21", "20", "13", "12", "10", "03", "02", "01"].map { gate + $0 }.joined(separator: " ")
    }
    func ring(_ gate: String) -> String { "\(gate)30 \(gate)23 \(gate)12 \(gate)01" }
    func back(_ gate: String) -> String { "\(gate)32 \(gate)03 \(gate)10 \(gate)21" }
    let rows: [(Int, String)] = [
      (1, xz), (2, "\(xz) CNOT32 CNOT21 CNOT10"), (3, "\(xz) CRZ32 CRZ21 CRZ10"), (4, "\(xz) CRX32 CRX21 CRX10"),
      (5, "\(xz) \(all("CRZ")) \(xz)"), (6, "\(xz) \(all("CRX")) \(xz)"),
      (7, "\(xz) CRZ10 CRZ32 \(xz) CRZ21"), (8, "\(xz) CRX10 CRX32 \(xz) CRX21"),
      (9, "H0 H1 H2 H3 CZ32 CZ21 CZ10 RX0 RX1 RX2 RX3"), (10, "\(y) CZ32 CZ21 CZ10 CZ30 \(y)"),
      (11, "\(yz) CNOT10 CNOT32 RY1 RY2 RZ1 RZ2 CNOT21"), (12, "\(yz) CZ10 CZ32 RY1 RY2 RZ1 RZ2 CZ21"),
      (13, "\(y) \(ring("CRZ")) \(y) \(back("CRZ"))"), (14, "\(y) \(ring("CRX")) \(y) \(back("CRX"))"),
      (15, "\(y) \(ring("CNOT")) \(y) \(back("CNOT"))"), (16, "\(xz) CRZ10 CRZ32 CRZ21"),
      (17, "\(xz) CRX10 CRX32 CRX21"), (18, "\(xz) \(ring("CRZ"))"), (19, "\(xz) \(ring("CRX"))"),
    ]
    for (number, expected) in rows { #expect(try gates(circuit("sim_\(number)", wires: 4)) == expected, "sim_\(number)") }
  }

  @Test func networksHaveTheirShapes() throws {
    #expect(try gates(circuit("mps", wires: 4)) == "RY0 RY1 CNOT01 RY1 RY2 CNOT12 RY2 RY3 CNOT23")
    #expect(try gates(circuit("ttn", wires: 4)) == "RY0 RY1 CNOT01 RY2 RY3 CNOT23 RY1 RY3 CNOT13")
    #expect(
      try gates(circuit("mera", wires: 4)) == "RY1 RY2 CNOT12 RY0 RY1 CNOT01 RY2 RY3 CNOT23 RY1 RY3 CNOT13")
    for n in 2...9 { #expect(try circuit("ttn", wires: n).weightCount == 2 * (n - 1)) }
    let network = try circuit("qcnn", wires: 8, layers: 3)
    #expect(network.weightCount == 3 * 18)
    // Pooling keeps wires 0 2 4 6, then 0 4, then 0.
    let pools = network.operations.filter { $0.name == "CRot" }.map { $0.wires }
    #expect(pools == [[1, 0], [3, 2], [5, 4], [7, 6], [2, 0], [6, 4], [4, 0]])
    #expect(Set(network.operations.filter { $0.name == "IsingXX" }.map { $0.angles[0].description }).count == 3)
    #expect(try circuit("qcnn_convolution", wires: 5).weightCount == 15)
    #expect(try circuit("qcnn_pooling", wires: 5).weightCount == 3)
  }

  @Test func layeredAnsatzesHaveTheirForms() throws {
    #expect(try gates(circuit("hardware_efficient", wires: 3)) == "RY0 RZ0 RY1 RZ1 RY2 RZ2 CNOT01 CNOT12")
    #expect(
      try gates(circuit("hardware_efficient", wires: 3) {
        ($0.rotations, $0.entangler, $0.pattern) = (["RX"], "CZ", .ring)
      }) == "RX0 RX1 RX2 CZ01 CZ12 CZ20")
    #expect(
      try gates(circuit("hardware_efficient", wires: 4) { ($0.wires, $0.pairs, $0.entangler) = ([3, 1], [(0, 2)], "CRX") })
        == "RY3 RZ3 RY1 RZ1 CRX02")
    #expect(
      try gates(circuit("two_local", wires: 2, layers: 2) { $0.rotations = ["RY", "RZ"] })
        == "RY0 RY1 RZ0 RZ1 CNOT01 RY0 RY1 RZ0 RZ1 CNOT01 RY0 RY1 RZ0 RZ1")
    #expect(try gates(circuit("basic_entangler", wires: 2)) == "RX0 RX1 CNOT01")
    #expect(try gates(circuit("strongly_entangling", wires: 2)) == "Rot0 Rot1 CNOT01 CNOT10")
    #expect(
      try gates(circuit("strongly_entangling", wires: 3, layers: 3))
        == ["01 CNOT12 CNOT20", "02 CNOT10 CNOT21", "01 CNOT12 CNOT20"].map { "Rot0 Rot1 Rot2 CNOT" + $0 }.joined(separator: " "))
    #expect(
      try gates(circuit("strongly_entangling", wires: 3) { ($0.ranges, $0.entangler) = ([2], "CZ") })
        == "Rot0 Rot1 Rot2 CZ02 CZ10 CZ21")
    #expect(
      try gates(circuit("simplified_two_design", wires: 4))
        == "RY0 RY1 RY2 RY3 CZ01 RY0 RY1 CZ23 RY2 RY3 CZ12 RY1 RY2")
    #expect(try circuit("simplified_two_design", wires: 5, layers: 3).weightCount == 5 + 3 * 4 * 2)
    #expect(try circuit("strongly_entangling", wires: 4, layers: 2).weightCount == 24)
    var shifted = try Circuit(wires: 2)
    var options = TemplateOptions()
    options.firstWeight = 5
    try shifted.append(.rot, options)
    #expect(shifted.weightCount == 11)
  }

  @Test func patternsJoinTheirPairs() throws {
    let rows: [(String, String)] = [
      ("none", ""), ("linear", "01 12 23 34"), ("ring", "01 12 23 34 40"),
      ("full", "01 02 03 04 12 13 14 23 24 34"), ("star", "01 02 03 04"), ("pairs", "01 23"), ("brick", "01 23 12 34"),
    ]
    var stream = RandomStream(seed: 3, purpose: .circuit)
    for (name, expected) in rows {
      let pairs = try WirePattern.named(name).pairs(of: Array(0..<5), &stream)
      #expect(pairs.map { "\($0.0)\($0.1)" }.joined(separator: " ") == expected, "\(name)")
    }
    let drawn = WirePattern.random.pairs(of: Array(0..<7), &stream)
    #expect(drawn.count == 3 && Set(drawn.flatMap { [$0.0, $0.1] }).count == 6)
    for pattern in WirePattern.allCases { #expect(pattern.pairs(of: [4], &stream).isEmpty, "\(pattern)") }
    #expect(WirePattern.ring.pairs(of: [4, 2], &stream).count == 1)
  }

  @Test func blocksAreInvertedControlledAndConditional() throws {
    var circuit = try Circuit(wires: 3)
    let bit = try circuit.measure(wire: 2)
    var block = circuit.block
    try block.append("S", [0])
    try block.append("RX", [1], [.weight(block.weightCount)])
    try block.append("Rot", [0], [.input(0), .constant(1), .weight(block.weightCount)])
    try circuit.append(
      block: block, Modifiers(adjoint: true, controls: [2], values: [false], condition: [.init(bit: bit, value: true)]))
    #expect(gates(circuit) == "measure2 Controlled(Rot)20 Controlled(RX)21 Controlled(Sdg)20")
    #expect(circuit.operations[1].angles.map(\.description) == ["-w1", "-1", "-x0"])
    #expect(circuit.operations[1].condition == [.init(bit: 0, value: true)])
    var plain = try Circuit(wires: 2)
    try plain.append("X", [0])
    try plain.append("RY", [1], [.weight(0)])
    try plain.measure("Z", [0])
    try circuit.append(plain, wires: [2, 0], Modifiers(controls: [1]))
    #expect(gates(circuit).hasSuffix("CNOT12 CRY10"))
    #expect(circuit.weightCount == 3 && circuit.measurements.isEmpty)
    try circuit.append(plain, weights: 0)
    #expect(circuit.operations.last?.angles[0] == AngleSum(.weight(0)))
  }

  @Test func mistakesAreRefusedWithASentence() throws {
    var circuit = try Circuit(wires: 3)
    func told(_ change: (inout TemplateOptions) -> Void) -> TemplateOptions {
      var options = TemplateOptions()
      change(&options)
      return options
    }
    func encoded(_ change: (inout EncodingOptions) -> Void) -> EncodingOptions {
      var options = EncodingOptions()
      change(&options)
      return options
    }
    let h = PauliSum(PauliWord("Z", [0]))
    var measured = circuit.block
    try measured.measure("Z", [0])
    var resetting = circuit.block
    try resetting.reset(wire: 0)
    var prepared = try Circuit(wires: 1)
    try prepared.prepare(re: [0, 1], im: [0, 0])
    var touching = circuit.block
    try touching.append("CNOT", [0, 1])
    let rows: [(String, () throws -> Void)] = [
      ("template 'rot' has no entangler to choose", { try circuit.append(.rot, told { $0.entangler = "CZ" }) }),
      ("template 'sim_1' has no pattern to choose", { try circuit.append(Template.named("sim_1"), told { $0.pairs = [] }) }),
      ("CNOT acts on 2 wires; a rotation acts on 1", { try circuit.append(.hardwareEfficient, told { $0.rotations = ["CNOT"] }) }),
      ("RY acts on 1 wire; an entangler acts on 2", { try circuit.append(.hardwareEfficient, told { $0.entangler = "RY" }) }),
      ("wire 3 is not in 0..2", { try circuit.append(.hardwareEfficient, told { $0.pairs = [(0, 3)] }) }),
      ("2 ranges for 1 layer; there must be as many", { try circuit.append(.stronglyEntangling, told { $0.ranges = [1, 1] }) }),
      ("a range of 3 on 3 wires; it must be in 1..2", { try circuit.append(.stronglyEntangling, told { $0.ranges = [3] }) }),
      ("layers is 3; after 2 layers of 'qcnn' on 3 wires one wire is left", { try circuit.append(.qcnn, told { $0.layers = 3 }) }),
      ("template 'ttn' on 1 wire: it needs 2 or more", { try circuit.append(.ttn, told { $0.wires = [1] }) }),
      ("the first weight is -2; it must be 0 or more", { try circuit.append(.rot, told { $0.firstWeight = -2 }) }),
      ("layers is -1; it must be 1 or more", { try circuit.append(.angle, encoded { $0.layers = -1 }) }),
      ("axis is 'Q'; it must be X, Y or Z", { try circuit.append(.angle, encoded { $0.axis = "Q" }) }),
      ("2 inputs for 3 wires; there must be as many", { try circuit.append(.iqp, encoded { $0.inputs = [0, 1] }) }),
      ("unknown encoding 'angles' (did you mean 'angle'?)", { _ = try Encoding.named("angles") }),
      ("unknown pattern 'wheel'; there are none, linear, ring, full, star, pairs, brick, random", { _ = try WirePattern.named("wheel") }),
      ("order is 3; the product formulas are of order 1 and 2", { try circuit.evolve(h, time: AngleSum(.weight(0)), order: 3) }),
      ("steps is 0; it must be in 1..100000", { try circuit.evolve(h, time: AngleSum(.weight(0)), steps: 0) }),
      ("the observable has no terms", { try circuit.evolve(PauliSum([]), time: AngleSum(.weight(0))) }),
      ("what is measured at the end cannot stand inside a block", { try circuit.append(block: measured, Modifiers()) }),
      ("a reset cannot be inverted", { try circuit.append(block: resetting, Modifiers(adjoint: true)) }),
      ("a reset cannot be controlled", { try circuit.append(block: resetting, Modifiers(controls: [1])) }),
      ("a sub-circuit begins with gates, this one has a start state of its own", { try circuit.append(prepared) }),
      ("CNOT acts on wire 1, which is its control", { try circuit.append(block: touching, Modifiers(controls: [1])) }),
      ("1 control with 2 values; there must be as many", { try circuit.append(block: touching, Modifiers(controls: [2], values: [true, true])) }),
      ("classical bit 0 is not set: nothing has been measured so far", {
        try circuit.append(block: touching, Modifiers(condition: [.init(bit: 0, value: true)]))
      }),
      ("the sub-circuit has 3 wires, got 2 for them", { try circuit.append(touching, wires: [0, 1]) }),
    ]
    for (expected, body) in rows { #expect(message(body) == expected) }
    #expect(circuit.operations.isEmpty && circuit.weightCount == 0)
  }
}
