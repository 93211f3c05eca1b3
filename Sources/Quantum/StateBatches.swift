// Final states of one circuit at many settings of its inputs, for what is computed from states and not from
// outputs.  What is computed is left to the caller.

import Circuits
import Tensors

/// A circuit whose states are wanted: without noise, with inputs alone.
package struct StateBatches: Sendable {
  /// Eight states: lane l of a vector belongs to state l.
  package typealias V = SIMD8<Double>

  private let program: LaneProgram
  private let bound: AngleBound

  package var wires: Int { program.wires }
  /// Amplitudes of a state.
  package var size: Int { program.size }
  package var inputCount: Int { program.inputCount }

  /// Throws for circuits with weights, noise or too many wires.
  package init(_ circuit: Circuit) throws {
    precondition(circuit.weightCount == 0)
    let lowering = circuit.lowered()
    guard !circuit.hasChannels else {
      throw EngineError.state("the circuit has noise, so that its results are no state vectors")
    }
    guard lowering.wires <= CircuitRunner.maximumLaneWires else {
      throw EngineError.value(
        "states of many samples are run with at most \(CircuitRunner.maximumLaneWires) wires, this circuit has \(lowering.wires)")
    }
    program = LaneProgram(circuit, lowering, words: [])
    bound = AngleBound(program.rotations.map(\.angle), weights: [])
  }

  /// Numbers computed from groups of states, in parallel: [groups, results].
  ///
  /// `draw(sample, values)` sets the inputs of one state; group g has the states g·perGroup + 0, 1, ….
  /// `measure(states, results)` gets eight groups at once: state j begins at states[2·j·size], amplitude a being
  /// the vectors 2a (real) and 2a + 1 (imaginary), and sets `results` vectors.
  package func collect(
    groups: Int, perGroup: Int, results: Int, draw: (Int, inout [Double]) -> Void,
    measure: (UnsafePointer<V>, UnsafeMutablePointer<V>) -> Void
  ) throws -> [Double] {
    let blocks = (groups + 7) / 8
    let out = Buffer<V>(blocks * results)
    try Parallel.cancellableRanges(blocks, grain: max(1, 4096 >> wires)) { _, range in
      var simulator = LaneSimulator<V>(program)
      simulator.load(BoundAngles(program, weights: []))
      let states = Buffer<V>(2 * size * perGroup)
      var values = [Double](repeating: 0, count: inputCount)
      withScratch(V.self, max(1, inputCount)) { inputs in
        for block in range {
          for state in 0..<perGroup {
            var largest = 0.0
            for lane in 0..<8 {
              draw((block * 8 + lane) * perGroup + state, &values)
              for k in 0..<inputCount {
                inputs[k][lane] = values[k]
                largest = max(largest, abs(values[k]))
              }
            }
            simulator.run(inputs: inputs, stride: 1, large: bound.largest(input: largest) > V.sincosLimit)
            (states.pointer + 2 * size * state).update(from: simulator.psi, count: 2 * size)
          }
          measure(states.pointer, out.pointer + block * results)
        }
      }
    }
    var numbers = [Double](repeating: 0, count: groups * results)
    for group in 0..<groups {
      for k in 0..<results { numbers[group * results + k] = out[group / 8 * results + k][group % 8] }
    }
    return numbers
  }
}
