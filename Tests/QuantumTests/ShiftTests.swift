// Shift rules, one rotation or one parameter at a time, and simultaneous perturbation, against adjoint
// gradients; nonlinear outputs included.

import Foundation
import Circuits
import Quantum
import Tensors
import Testing

@Suite struct ShiftTests {
  private func gradient(_ c: Case, _ g: Tensor, _ options: RunOptions) throws -> (inputs: Tensor?, weights: Tensor?) {
    try CircuitRunner(c.circuit, options: options).gradients(
      inputs: c.x, weights: c.weights, outputGradient: g, wantInputs: true, wantWeights: true)
  }

  /// 300 circuits with variances, probabilities, Hamiltonians, products and sums of angles, measurements on the way.
  @Test func allWaysOfDifferentiatingAgree() throws {
    for seed in UInt64(1)...300 {
      let kinds = MeasuredCircuits(products: seed % 3 == 0, sums: seed % 2 == 0, branches: seed % 5 == 0)
      let c = try kinds.make(seed: seed, wires: 1 + Int(seed % 4), gates: 2 + Int(seed % 11), batch: 1 + Int(seed % 3))
      var stream = RandomStream(seed: seed, purpose: .tensor, substream: 5)
      let g = Tensor.uniform(.float64, [c.batch, c.circuit.outputCount], low: -1, high: 1, from: &stream)
      let expected = try gradient(c, g, RunOptions())
      let rows: [(RunOptions, Double)] = [
        (RunOptions(differentiation: .parameterShift), 1e-11), (RunOptions(differentiation: .generalShift), 1e-9),
        (RunOptions(differentiation: .finiteDifference, step: 1e-5), 1e-7),
      ]
      for (options, tolerance) in rows {
        let actual = try gradient(c, g, options)
        let what = "seed \(seed), \(options.differentiation)"
        expectClose(actual.inputs!.doubles, expected.inputs!.doubles, tolerance, what + ", inputs")
        expectClose(actual.weights!.doubles, expected.weights!.doubles, tolerance, what + ", weights")
      }
    }
  }

  /// Circuits whose inputs come before wires join, with and without noise: shifted weights against states and
  /// density matrices, and the adjoint, sample by sample and summed.
  @Test func shiftsOfWeightsAgreeWhereInputsComeFirst() throws {
    for seed in UInt64(1)...200 {
      var stream = RandomStream(seed: seed, purpose: .tensor, substream: 41)
      let (wires, isNoisy) = (1 + Int(seed % 5), seed % 4 == 0)
      let weights = 3 + stream.below(8)
      var circuit = try Circuit(wires: wires)
      func append(_ names: [String], among allowed: [Int]) throws {
        let gates = try names.map { try Gates.named($0) }.filter { $0.wireCount <= allowed.count }
        let gate = gates[stream.below(gates.count)]
        let order = stream.permutation(allowed.count).prefix(gate.wireCount).map { allowed[$0] }
        try circuit.append(gate, order, (0..<gate.angleCount).map { _ in
          stream.below(5) == 0
            ? .constant(6 * stream.uniform())
            : Angle(.weight(stream.below(weights)), scale: [1, -1, 0.5, 2][stream.below(4)], offset: stream.uniform())
        })
        if isNoisy, stream.below(3) == 0 {
          let name = ["bit_flip", "depolarizing", "amplitude_damping", "phase_damping"][stream.below(4)]
          try circuit.append(ChannelKind.named(name).make([0.3 * stream.uniform()]), [order[0]])
        }
      }
      let alone = ["H", "SX", "RX", "RY", "RZ", "PhaseShift", "U3"]
      for wire in 0..<wires {
        for _ in 0..<stream.below(3) { try append(alone, among: [wire]) }
        if stream.below(4) > 0 {
          let name = ["RX", "RY", "RZ", "PhaseShift"][stream.below(4)]
          try circuit.append(name, [wire], [.input(stream.below(3), scale: stream.below(2) == 0 ? 1 : -0.7)])
        }
        for _ in 0..<stream.below(3) { try append(alone, among: [wire]) }
      }
      let joining = ["CNOT", "CZ", "SWAP", "CRX", "CRY", "ControlledPhase", "IsingXX", "IsingYY", "IsingZZ", "Toffoli"]
      for _ in 0..<4 + stream.below(16) { try append(alone + joining, among: Array(0..<wires)) }
      let outputs = 1 + stream.below(3)
      for _ in 0..<outputs {
        try circuit.measure(.expectation(PauliSum((0..<2).map { _ in
          (2 * stream.uniform() - 1, PauliWord(["X", "Y", "Z"][stream.below(3)], [stream.below(wires)]))
        })))
      }
      for type in [ElementType.float64, .float32] {
        let batch = 1 + stream.below(40)
        let x = circuit.inputCount == 0
          ? nil : Tensor.uniform(type, [batch, circuit.inputCount], low: -3, high: 3, from: &stream)
        let w = Tensor.uniform(type, [circuit.weightCount], low: -3, high: 3, from: &stream)
        let g = outputs > 1
          ? nil : Tensor.uniform(type, [x == nil ? 1 : batch, 1], low: -1, high: 1, from: &stream)
        let rows: [(String, RunOptions)] = [
          ("shifted states", RunOptions(method: isNoisy ? .density : .gates, differentiation: .parameterShift)),
          ("adjoint", RunOptions()),
        ]
        let runner = try CircuitRunner(circuit, options: RunOptions(differentiation: .parameterShift))
        let each = try runner.weightGradients(inputs: x, weights: w, outputGradient: g).doubles
        let sum = try runner.gradients(
          inputs: x, weights: w, outputGradient: g, wantInputs: false, wantWeights: true).weights!.doubles
        for (name, options) in rows {
          let other = try CircuitRunner(circuit, options: options)
          let what = "seed \(seed), \(type), \(name)"
          expectClose(
            each, try other.weightGradients(inputs: x, weights: w, outputGradient: g).doubles,
            type == .float64 ? 1e-12 : 1e-5, what + ", samples")
          expectClose(
            sum,
            try other.gradients(
              inputs: x, weights: w, outputGradient: g, wantInputs: false, wantWeights: true).weights!.doubles,
            type == .float64 ? 1e-11 : 1e-4, what + ", sum")
        }
      }
    }
  }

  /// The same under noise, and Hessians.
  @Test func allWaysOfDifferentiatingAgreeUnderNoise() throws {
    for seed in UInt64(1)...80 {
      let kinds = MeasuredCircuits(products: seed % 3 == 0, noise: true)
      var c = try kinds.make(seed: seed, wires: 1 + Int(seed % 3), gates: 2 + Int(seed % 7), batch: 1 + Int(seed % 3))
      if seed % 2 == 0 { try c.circuit.setReadoutError(ReadoutError(oneOfZero: 0.1, zeroOfOne: 0.04), wire: 0) }
      guard c.circuit.hasChannels else { continue }
      var stream = RandomStream(seed: seed, purpose: .tensor, substream: 5)
      let g = Tensor.uniform(.float64, [c.batch, c.circuit.outputCount], low: -1, high: 1, from: &stream)
      let expected = try gradient(c, g, RunOptions(method: .density))
      for differentiation in [Differentiation.parameterShift, .generalShift] {
        let actual = try gradient(c, g, RunOptions(differentiation: differentiation))
        expectClose(actual.inputs!.doubles, expected.inputs!.doubles, 1e-9, "seed \(seed), \(differentiation), inputs")
        expectClose(actual.weights!.doubles, expected.weights!.doubles, 1e-9, "seed \(seed), \(differentiation), weights")
      }
      guard seed % 4 == 0 else { continue }
      let hessian = try CircuitRunner(c.circuit).hessian(inputs: c.x, weights: c.weights, of: .weights)
      let (outputs, p) = (c.circuit.outputCount, c.circuit.weightCount)
      let runner = try CircuitRunner(c.circuit)
      func jacobian(_ step: Double) throws -> [Double] {
        let w = c.weights.copy()
        w[0] += step
        return try runner.jacobian(inputs: c.x?.rows(0..<1), weights: w).weights.doubles
      }
      let rows = zip(try jacobian(1e-5), try jacobian(-1e-5)).map { ($0 - $1) / 2e-5 }
      for k in 0..<outputs {
        expectClose((0..<p).map { hessian[k * p * p + $0] }, Array(rows[k * p..<(k + 1) * p]), 1e-7, "seed \(seed), Hessian of \(k)")
      }
    }
  }

  /// Outputs of 300 such circuits against the twin, computed directly and through the quantities of shift rules.
  @Test func outputsAgreeWithTheTwin() throws {
    for seed in UInt64(1)...300 {
      let kinds = MeasuredCircuits(
        products: seed % 3 == 0, sums: seed % 2 == 0, branches: seed % 5 == 0, amplitudes: seed % 4 == 0)
      let c = try kinds.make(seed: seed, wires: 1 + Int(seed % 4), gates: 2 + Int(seed % 11), batch: 2)
      let expected = (0..<c.batch).flatMap {
        MeasureReference.outputs(c.circuit, inputs: c.row($0), weights: c.weights.doubles)
      }
      for differentiation in [Differentiation.adjoint, .parameterShift] {
        let runner = try CircuitRunner(c.circuit, options: RunOptions(differentiation: differentiation))
        expectClose(
          try runner.expectations(inputs: c.x, weights: c.weights).doubles, expected, 1e-12,
          "seed \(seed), \(differentiation)")
      }
    }
  }

  /// Rules for random sets of frequencies, whole, half and incommensurate, on trigonometric polynomials.
  @Test func rulesDifferentiateTrigonometricPolynomials() throws {
    for seed in UInt64(1)...200 {
      var stream = RandomStream(seed: seed, purpose: .tensor, substream: 3)
      var circuit = try Circuit(wires: 3)
      for _ in 0..<1 + stream.below(3) {
        let scale = [1, 0.5, 2, 1, 0.7, .pi][stream.below(seed % 2 == 0 ? 4 : 6)]
        let name = ["RX", "CRY", "IsingZZ", "PhaseShift", "ControlledPhase"][stream.below(5)]
        let gate = try Gates.named(name)
        try circuit.append(gate, Array(stream.permutation(3).prefix(gate.wireCount)), [.weight(0, scale: scale)])
      }
      let rule = try circuit.shiftRule(weight: 0)
      let amplitudes = rule.frequencies.map { _ in (2 * stream.uniform() - 1, 2 * stream.uniform() - 1) }
      func f(_ t: Double) -> Double {
        zip(rule.frequencies, amplitudes).reduce(0.4) { $0 + $1.1.0 * cos($1.0 * t) + $1.1.1 * sin($1.0 * t) }
      }
      let theta = 6 * stream.uniform() - 3
      let first = zip(rule.frequencies, amplitudes).reduce(0) {
        $0 + $1.0 * ($1.1.1 * cos($1.0 * theta) - $1.1.0 * sin($1.0 * theta))
      }
      let second = zip(rule.frequencies, amplitudes).reduce(0) {
        $0 - $1.0 * $1.0 * ($1.1.1 * sin($1.0 * theta) + $1.1.0 * cos($1.0 * theta))
      }
      let what = "seed \(seed), frequencies \(rule.frequencies)"
      expectClose([rule.terms.reduce(0) { $0 + $1.factor * f(theta + $1.shift) }], [first], 1e-8, what)
      expectClose([rule.second.reduce(0) { $0 + $1.factor * f(theta + $1.shift) }], [second], 1e-7, what)
      #expect(rule.terms.count <= 2 * max(rule.frequencies.count, 64), "\(what)")
    }
  }

  @Test func rulesOfKnownGates() throws {
    var circuit = try Circuit(wires: 2)
    try circuit.append("RX", [0], [.weight(0)])
    try circuit.append("CRZ", [0, 1], [.weight(1)])
    for wire in 0..<2 { try circuit.append("RY", [wire], [.weight(2)]) }
    try circuit.append("RY", [0], [Angle(.weightedInput(weight: 3, input: 0))])
    try circuit.append("RZ", [0], [.input(1, scale: 3)])
    #expect(try circuit.shiftRule(weight: 0).frequencies == [1])
    #expect(try circuit.shiftRule(weight: 0).terms.map(\.shift) == [.pi / 2, -.pi / 2])
    #expect(try circuit.shiftRule(weight: 1).frequencies == [0.5, 1])
    #expect(try circuit.shiftRule(weight: 1).terms.count == 4)
    #expect(try circuit.shiftRule(weight: 2).frequencies == [1, 2])
    #expect(try circuit.shiftRule(input: 1).frequencies == [3])
    #expect(errorMessage { _ = try circuit.shiftRule(weight: 3) }.contains("weight 3 is multiplied by an input"))
    #expect(errorMessage { _ = try circuit.shiftRule(input: 0) }.contains("input 0 is a factor of a product"))
    #expect(errorMessage { _ = try circuit.shiftRule(weight: 9) } == "weight 9 is not in 0..3")
  }

  /// The mean over directions approaches the gradient; one call with one seed is reproducible.
  @Test func simultaneousPerturbationIsUnbiased() throws {
    for seed in UInt64(1)...5 {
      let c = try MeasuredCircuits().make(seed: seed, wires: 3, gates: 8, batch: 2)
      let g = Tensor([Double](repeating: 1, count: c.batch * c.circuit.outputCount), [c.batch, c.circuit.outputCount])
      let exact = try gradient(c, g, RunOptions())
      let options = RunOptions(differentiation: .spsa, step: 1e-3, seed: seed, directions: 1)
      let runner = try CircuitRunner(c.circuit, options: options)
      let count = 3000
      var (sums, squares) = ([Double](), [Double]())
      for _ in 0..<count {
        let result = try runner.gradients(
          inputs: c.x, weights: c.weights, outputGradient: g, wantInputs: true, wantWeights: true)
        let values = result.inputs!.doubles + result.weights!.doubles
        sums = sums.isEmpty ? values : zip(sums, values).map { $0 + $1 }
        squares = squares.isEmpty ? values.map { $0 * $0 } : zip(squares, values).map { $0 + $1 * $1 }
      }
      let expected = exact.inputs!.doubles + exact.weights!.doubles
      for i in expected.indices {
        let mean = sums[i] / Double(count)
        let error = max(1e-9, (squares[i] / Double(count) - mean * mean) / Double(count)).squareRoot()
        #expect(abs(mean - expected[i]) < 5 * error + 1e-5, "seed \(seed), element \(i): \(mean), \(expected[i]), error \(error)")
      }
      let once = try gradient(c, g, options)
      #expect(try gradient(c, g, options).weights!.doubles == once.weights!.doubles)
      let averaged = try gradient(c, g, RunOptions(differentiation: .spsa, step: 1e-3, seed: seed, directions: 7))
      #expect(averaged.weights!.doubles != once.weights!.doubles)
    }
  }

  @Test func amplitudesHaveNoShiftRule() throws {
    let c = try MeasuredCircuits(amplitudes: true).make(seed: 3, wires: 2, gates: 4, batch: 1)
    for (differentiation, name) in [(Differentiation.parameterShift, "parameter_shift"), (.generalShift, "general_shift")] {
      let message = errorMessage {
        _ = try gradient(c, Tensor(.float64, [1, c.circuit.outputCount]), RunOptions(differentiation: differentiation))
      }
      #expect(message.contains("\"\(name)\" has no rule for inputs of an amplitude encoding"), "\(message)")
    }
    #expect(errorMessage { _ = try c.circuit.shiftRule(input: 0) } == "input 0 is an amplitude and no angle; it has no frequencies")
  }
}
