// Circuits that were written as JSON compute the same bits.

@preconcurrency import Circuits
@preconcurrency import Quantum
import Tensors
import Testing

@Suite struct CircuitJSONTests {
  /// Everything random circuits have, and a start state or amplitudes, and readout errors, now and then.
  private func anyCase(_ seed: UInt64) throws -> Case {
    var stream = RandomStream(seed: seed, purpose: .tensor, substream: 90)
    let (wires, type) = (1 + stream.below(4), [ElementType.float32, .float64][stream.below(2)])
    var kinds = MeasuredCircuits()
    (kinds.products, kinds.sums) = (stream.below(2) == 0, stream.below(2) == 0)
    (kinds.branches, kinds.noise) = (stream.below(2) == 0, stream.below(3) == 0)
    var made = try kinds.make(seed: seed, wires: wires, gates: 3 + stream.below(12), batch: 3, type: type)
    guard stream.below(2) == 0 else { return made }
    var circuit = try Circuit(wires: wires)
    switch stream.below(3) {
    case 0:
      let re = (0..<1 << wires).map { _ in stream.normal() }
      try circuit.prepare(re: re, im: re.map { _ in stream.normal() }, normalize: true)
    case 1:
      let count = max(1, (1 << wires) - stream.below(2))
      try circuit.prepare(
        AmplitudeEncoding(first: stream.below(2), count: count, wires: Array(stream.permutation(wires)), padding: 0.3))
    default: break
    }
    for operation in made.circuit.operations { try circuit.append(operation, wires: Array(0..<wires)) }
    for measurement in made.circuit.measurements { try circuit.measure(measurement) }
    for wire in 0..<wires where stream.below(3) == 0 {
      try circuit.setReadoutError(ReadoutError(oneOfZero: 0.1 * stream.uniform(), zeroOfOne: 0.2 * stream.uniform()), wire: wire)
    }
    made.circuit = circuit
    made.inputs = .uniform(type, [3, circuit.inputCount], low: -2, high: 2, from: &stream)
    return made
  }

  @Test func fiveHundredCircuitsComputeTheSameBits() throws {
    for seed in UInt64(1)...500 {
      let made = try anyCase(seed)
      let text = try made.circuit.json.text
      let again = try Circuit(json: JSON(text: text))
      #expect(try again.json.text == text, "seed \(seed)")
      #expect(again.description == made.circuit.description, "seed \(seed)")
      let (a, b) = (try CircuitRunner(made.circuit), try CircuitRunner(again))
      let expected = try a.expectations(inputs: made.x, weights: made.weights).doubles.map(\.bitPattern)
      let actual = try b.expectations(inputs: made.x, weights: made.weights).doubles.map(\.bitPattern)
      #expect(actual == expected, "seed \(seed): \(text)")
    }
  }
}
