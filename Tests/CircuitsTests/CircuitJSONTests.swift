// Circuits as JSON and back: nothing is lost, and what is damaged is an error.

import Circuits
import Tensors
import Testing

@Suite struct CircuitJSONTests {
  private func message(_ text: String) -> String {
    do {
      _ = try Circuit(json: JSON(text: text))
      return "no error"
    } catch let error as EngineError {
      return error.kind == .file ? error.message : "an error of another kind, \(error.kind): \(error)"
    } catch { return "an error of another type: \(error)" }
  }

  @Test func gatesOfEveryKindComeBack() throws {
    for seed in UInt64(1)...200 {
      let circuit = try RandomCircuits.circuit(seed: seed, isParametric: true)
      let text = try circuit.json.text
      let again = try Circuit(json: JSON(text: text))
      #expect(try again.json.text == text, "seed \(seed)")
      #expect(again.description == circuit.description, "seed \(seed)")
      let (x, w) = ([0.3, -1.1, 2.4], [0.9, 0.2, -0.7])
      #expect(DenseRun(again, inputs: x, weights: w).re == DenseRun(circuit, inputs: x, weights: w).re, "seed \(seed)")
    }
  }

  @Test func oddNumbersKeepTheirBits() throws {
    var circuit = try Circuit(wires: 2)
    let values = [-0.0, 0.1 + 0.2, 5e-324, 1e300, -1.7976931348623157e308, .pi]
    for value in values { try circuit.append("RX", [0], [.constant(value), ]) }
    try circuit.append("RY", [1], [Angle(.input(3), scale: -0.0, offset: -0.0)])
    try circuit.append(ThermalRelaxation(t1: .infinity, t2: 0.3, time: 0.1), [0])
    try circuit.append(PauliError([("X", 0.1), ("Z", 0.2)]), [1])
    let again = try Circuit(json: JSON(text: circuit.json.text))
    for (operation, value) in zip(again.operations, values) {
      #expect(operation.angles[0].terms[0].offset.bitPattern == value.bitPattern)
    }
    #expect(again.operations[6].angles[0].terms[0].scale.sign == .minus)
    #expect(again.operations[6].angles[0].terms[0].offset.sign == .minus)
    #expect(again.inputCount == 4)
    #expect(try again.json == circuit.json)
  }

  @Test func aStartStateIsNotNormalisedAgain() throws {
    var circuit = try Circuit(wires: 2)
    try circuit.prepare(re: [0.1, 0.7, -0.3, 1.1], im: [0.2, 0, 0.4, 0.9], normalize: true)
    let again = try Circuit(json: circuit.json)
    guard case .state(let re, let im) = circuit.preparation, case .state(let re2, let im2) = again.preparation else {
      Issue.record("not a state")
      return
    }
    #expect(re == re2 && im == im2)
  }

  @Test func allChannelsComeBack() throws {
    for kind in ChannelKind.all {
      var circuit = try Circuit(wires: 2)
      let channel = try kind.make(kind.parameters.map { $0 == "t1" ? 2 : 0.25 })
      try circuit.append(channel, Array(0..<kind.wires))
      let again = try Circuit(json: circuit.json)
      guard case .channel(let other) = again.operations[0].action else { continue }
      #expect(other.name == kind.name && other.kraus == channel.kraus)
    }
  }

  @Test(arguments: [
    ("[]", "circuit: expected an object with \"format\", got an array"),
    ("{\"format\":\"x\"}", "circuit: \"format\" must be \"hqnn.circuit\""),
    ("{\"format\":\"hqnn.circuit\",\"version\":9}", "circuit: the circuit is of version 9; this library reads version 1"),
  ])
  func whatIsNoCircuitIsSaid(_ text: String, _ expected: String) { #expect(message(text) == expected) }

  @Test(arguments: [
    ("{\"gate\":\"RQ\",\"wires\":[0]}", "unknown gate 'RQ' (did you mean 'RX'?)"),
    ("{\"gate\":\"RX\",\"wires\":[0]}", "RX takes 1 angle, got 0"),
    ("{\"gate\":\"RX\",\"wires\":[7],\"angles\":[1]}", "wire 7 is not in 0..1"),
    ("{\"gate\":\"RX\",\"wires\":[0],\"angles\":[{\"input\":-1}]}", "input -1 is not in 0..1048575"),
    ("{\"gate\":\"RX\",\"wires\":[0],\"angles\":[\"nan\"]}", "an angle is nan; angles must be finite"),
    ("{\"gate\":{\"kind\":\"MultiRZ\",\"wires\":1000000000},\"wires\":[0]}", "MultiRZ on 1000000000 wires; the circuit has 2"),
    ("{\"gate\":\"X\",\"wires\":[0],\"if\":[[3,true]]}", "classical bit 3 is not set: nothing has been measured so far"),
    ("{\"channel\":\"bit_flip\",\"parameters\":[2],\"wires\":[0]}", "bit_flip: p is 2.0; it must be in [0, 1]"),
    ("{\"measure\":0,\"bit\":-4}", "classical bit -4 is not in 0..65535"),
    ("{\"barrier\":[0,0]}", "wire 0 is used twice; the wires of one gate must differ"),
    ("{}", "\"barrier\" is missing"),
  ])
  func operationsAreCheckedAsWhenBuilding(_ operation: String, _ expected: String) {
    let text = "{\"format\":\"hqnn.circuit\",\"version\":1,\"wires\":2,\"operations\":[\(operation)],\"measurements\":[]}"
    #expect(message(text) == "circuit: operation 0: \(expected)")
  }

  @Test func damageIsAnErrorOrAnotherCircuit() throws {
    let seed: UInt64 = 20261121
    var stream = RandomStream(seed: seed, purpose: .tensor)
    var errors = 0
    for round in 0..<40 {
      let bytes = Array(try RandomCircuits.circuit(seed: UInt64(round), isParametric: true).json.text.utf8)
      for _ in 0..<50 {
        var damaged = bytes
        damaged[stream.below(bytes.count)] = UInt8(truncatingIfNeeded: stream.next())
        if stream.below(4) == 0 { damaged.removeLast(stream.below(bytes.count)) }
        // A digit in another's place is the damage that gets furthest.
        let digits = damaged.indices.filter { (48...57).contains(damaged[$0]) }
        if let place = digits.isEmpty ? nil : digits[stream.below(digits.count)] { damaged[place] = UInt8(48 + stream.below(10)) }
        do { _ = try Circuit(json: JSON(bytes: damaged)).lowered() } catch is EngineError { errors += 1 }
      }
    }
    #expect(errors > 1000, "seed \(seed)")
  }
}
