// The worked example of docs/extending/gate.md, which shows this code word for word: a gate of one's own.

import Circuits
import Foundation
import Quantum
import Tensors
import Testing

/// exp(-iθ/2 (XX + YY)) and exp(-iφ |11⟩⟨11|): the native gate of some superconducting devices (Arute et al. 2019).
struct FSim: Gate {
  let form = GateForm("FSim", wires: 2, angles: 2, ["fSim", "fSim"], inverse: .negated([0, 1]))
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [
      .rotation(PauliRotation("XX", wires, angles[0])), .rotation(PauliRotation("YY", wires, angles[0])),
      .rotation(PauliRotation("", [], controls: wires, factor: 1, angles[1])),
    ]
  }
}

@Suite struct FSimTests {
  @Test func hasItsPublishedMatrix() throws {
    let (theta, phi) = (0.7, 0.4)
    let matrix = try FSim().matrix([theta, phi])
    let (c, s) = (cos(theta), sin(theta))
    expectClose(matrix.re, [1, 0, 0, 0, 0, c, 0, 0, 0, 0, c, 0, 0, 0, 0, cos(phi)], 1e-14, "real")
    expectClose(matrix.im, [0, 0, 0, 0, 0, 0, -s, 0, 0, -s, 0, 0, 0, 0, 0, -sin(phi)], 1e-14, "imaginary")
  }

  @Test func allGradientsAgree() throws {
    var circuit = try Circuit(wires: 2)
    try circuit.append("RY", [0], [Angle(.input(0))])
    try circuit.append("RY", [1], [.constant(0.8)])
    try circuit.append(FSim(), [0, 1], [Angle(.weight(0)), Angle(.weight(1))])
    try circuit.append("H", [1])
    try circuit.measure("Z", [1])
    let (x, w, one) = (Tensor([0.3, 1.1], [2, 1]), Tensor([0.5, 0.9], [2]), Tensor([1.0, 1.0], [2, 1]))
    func gradient(_ options: RunOptions) throws -> [Double] {
      let found = try CircuitRunner(circuit, options: options)
        .gradients(inputs: x, weights: w, outputGradient: one, wantInputs: true, wantWeights: true)
      return try #require(found.inputs).doubles + #require(found.weights).doubles
    }
    let expected = try gradient(RunOptions(differentiation: .finiteDifference, step: 1e-5))
    #expect(expected.allSatisfy { abs($0) > 0.01 })
    for options in [RunOptions(), RunOptions(method: .state), RunOptions(differentiation: .generalShift)] {
      expectClose(try gradient(options), expected, 1e-8, "\(options.method) \(options.differentiation)")
    }
    #expect(try FSim().frequencies(of: 0) == [1, 2])
  }
}
