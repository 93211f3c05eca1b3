// Building circuits: what is refused and with which sentence, templates, drawings, the linter.

import Circuits
import Quantum
import Tensors
import Testing

/// The sentence of the EngineError that the body throws.
func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "nothing was thrown"
  } catch let error as EngineError {
    return error.message
  } catch {
    return "another error: \(error)"
  }
}

@Suite struct CircuitTests {
  @Test func mistakesAreRefusedWithASentence() throws {
    var circuit = try Circuit(wires: 4)
    let rows: [(String, () throws -> Void)] = [
      ("a circuit of 0 wires: the number of wires must be in 1..30", { _ = try Circuit(wires: 0) }),
      ("wire 4 is not in 0..3", { try circuit.append("CNOT", [0, 4]) }),
      ("wire -1 is not in 0..3", { try circuit.append("H", [-1]) }),
      ("wire 2 is used twice; the wires of one gate must differ", { try circuit.append("CZ", [2, 2]) }),
      ("CNOT acts on 2 wires, got 1", { try circuit.append("CNOT", [0]) }),
      ("Rot takes 3 angles, got 1", { try circuit.append("Rot", [0], [.constant(1)]) }),
      ("unknown gate 'CNOTT' (did you mean 'CNOT'?)", { try circuit.append("CNOTT", [0, 1]) }),
      ("an angle is nan; angles must be finite", { try circuit.append("RX", [0], [.constant(.nan)]) }),
      ("input -2 is not in 0..1048575", { try circuit.append("RX", [0], [.input(-2)]) }),
      ("the Pauli word 'XQ' has letters other than X, Y and Z", { try circuit.measure("XQ", [0, 1]) }),
      ("the Pauli word 'XY' has 2 letters for 1 wire", { try circuit.measure("XY", [0]) }),
      ("the Pauli word is empty; give letters of \"XYZ\"", { try circuit.measure("", []) }),
      ("unknown template 'zz_ful' (did you mean 'zz_full'?)", { _ = try Template.named("zz_ful") }),
      ("layers is 0; it must be 1 or more", { try circuit.append(.rot, layers: 0) }),
      ("the circuit measures nothing; add an expectation value", { _ = try CircuitRunner(circuit) }),
    ]
    for (expected, body) in rows { #expect(message(body) == expected) }
    #expect(circuit.operations.isEmpty && circuit.measurements.isEmpty)
  }

  @Test func wrongBatchesAreRefusedWithASentence() throws {
    var circuit = try Circuit(wires: 2)
    try circuit.append("RY", [0], [.input(0)])
    try circuit.append("RX", [1], [.input(1)])
    try circuit.append("RZ", [1], [.weight(0)])
    try circuit.measure("Z", [1])
    let runner = try CircuitRunner(circuit)
    let (x, w) = (Tensor(.float64, [3, 2]), Tensor(.float64, [1]))
    let bad = Tensor([0, 0, 0, Double.nan], [2, 2])
    let rows: [(String, () throws -> Void)] = [
      ("expected inputs {batch, 2}, got {3, 3}", { _ = try runner.expectations(inputs: Tensor(.float64, [3, 3]), weights: w) }),
      ("the circuit has 2 inputs, got none", { _ = try runner.expectations(inputs: nil, weights: w) }),
      ("the circuit has 1 weight, got none", { _ = try runner.expectations(inputs: x, weights: nil) }),
      ("expected weights {1}, got {2}", { _ = try runner.expectations(inputs: x, weights: Tensor(.float64, [2])) }),
      ("weights is float32, the inputs are float64", { _ = try runner.expectations(inputs: x, weights: Tensor(.float32, [1])) }),
      ("the batch is empty; give at least one sample", { _ = try runner.expectations(inputs: Tensor(.float64, [0, 2]), weights: w) }),
      ("input 1 of sample 1 is nan; inputs must be finite", { _ = try runner.expectations(inputs: bad, weights: w) }),
      ("weight 0 is inf; weights must be finite", { _ = try runner.expectations(inputs: x, weights: Tensor([Double.infinity], [1])) }),
      ("expected output_gradient {3, 1}, got {3, 2}", {
        _ = try runner.gradients(inputs: x, weights: w, outputGradient: x, wantInputs: true, wantWeights: true)
      }),
      ("step is 0.0; it must be above 0", { _ = try CircuitRunner(circuit, options: RunOptions(step: 0)) }),
    ]
    for (expected, body) in rows { #expect(message(body) == expected) }
    var again = circuit
    try again.append("CNOT", [0, 1])
    try again.append("RY", [0], [.input(0)])
    let refusal = message { _ = try CircuitRunner(again, options: RunOptions(method: .product)) }
    #expect(refusal.hasPrefix("method \"product\" needs circuits of at most 7 wires"))
  }

  /// Patches with channels, any stride, overlapping or with a rest, against samples cut out by hand.
  @Test(arguments: [RunMethod.automatic, .gates]) func patchesAreSamplesCutOutByHand(_ method: RunMethod) throws {
    for (channels, kernel, stride) in [(1, 2, 2), (2, 2, 1), (1, 3, 2), (3, 1, 1), (1, 2, 3)] {
      var stream = RandomStream(seed: 4, purpose: .tensor)
      let values = channels * kernel * kernel
      let wires = min(values, 4)
      var circuit = try Circuit(wires: wires)
      for v in 0..<values { try circuit.append(v % 2 == 0 ? "RY" : "RX", [v % wires], [.input(v, scale: 2)]) }
      try circuit.append(.ring, layers: 1)
      for q in 0..<wires { try circuit.measure("Z", [q]) }
      let runner = try CircuitRunner(circuit, options: RunOptions(method: method))
      let weights = Tensor.uniform(.float64, [circuit.weightCount], low: 0, high: 6, from: &stream)
      let (height, width, batch) = (7, 8, 3)
      let images = Tensor.uniform(.float64, [batch, channels, height, width], low: 0, high: 1, from: &stream)
      for channelsLast in [false, true] {
        let g = PatchGeometry(
          channels: channels, height: height, width: width, kernelHeight: kernel, kernelWidth: kernel,
          strideHeight: stride, strideWidth: stride, channelsLast: channelsLast)
        var rows: [Double] = []
        var pixels: [[Int]] = []
        for b in 0..<batch { for i in 0..<g.outputHeight { for j in 0..<g.outputWidth {
          var patch: [Int] = []
          for c in 0..<channels { for y in 0..<kernel { for x in 0..<kernel {
            patch.append(((b * channels + c) * height + i * stride + y) * width + j * stride + x)
          } } }
          pixels.append(patch)
          rows += patch.map { images[$0] }
        } } }
        let inputs = Tensor(rows, [pixels.count, values])
        let expected = try runner.expectations(inputs: inputs, weights: weights)
        let out = try runner.expectations(images: images, patches: g, weights: weights)
        func index(_ sample: Int, _ k: Int) -> Int {
          let (b, p) = (sample / g.patches, sample % g.patches)
          return channelsLast ? sample * wires + k : (b * wires + k) * g.patches + p
        }
        let reordered = pixels.indices.flatMap { s in (0..<wires).map { out[index(s, $0)] } }
        let what = "channels \(channels), kernel \(kernel), stride \(stride), \(method)"
        expectClose(reordered, expected.doubles, 1e-13, what)

        let seed = Tensor.uniform(.float64, out.shape, low: -1, high: 1, from: &stream)
        let flatSeed = Tensor(pixels.indices.flatMap { s in (0..<wires).map { seed[index(s, $0)] } }, [pixels.count, wires])
        let byRows = try runner.gradients(
          inputs: inputs, weights: weights, outputGradient: flatSeed, wantInputs: true, wantWeights: true)
        var gathered = [Double](repeating: 0, count: images.count)
        for (s, patch) in pixels.enumerated() { for (v, pixel) in patch.enumerated() { gathered[pixel] += byRows.inputs![s * values + v] } }
        for differentiation in [Differentiation.adjoint, .parameterShift] {
          let other = try CircuitRunner(circuit, options: RunOptions(method: method, differentiation: differentiation))
          let gradient = try other.gradients(
            images: images, patches: g, weights: weights, outputGradient: seed, wantImages: true, wantWeights: true)
          expectClose(gradient.images!.doubles, gathered, 1e-11, what + ", \(differentiation), images")
          expectClose(gradient.weights!.doubles, byRows.weights!.doubles, 1e-11, what + ", \(differentiation), weights")
        }
      }
    }
  }

  @Test func everyGateIsItsMatrix() throws {
    var stream = RandomStream(seed: 8, purpose: .tensor)
    for gate in Gates.all {
      var circuit = try Circuit(wires: 4)
      for wire in 0..<4 { try circuit.append("U3", [wire], (0..<3).map { _ in .constant(6 * stream.uniform()) }) }
      let order = stream.permutation(4)
      try circuit.append(gate, Array(order.prefix(gate.wireCount)), (0..<gate.angleCount).map { _ in .constant(6 * stream.uniform()) })
      for wire in 0..<4 { for letter in ["X", "Y", "Z"] { try circuit.measure(letter, [wire]) } }
      try circuit.measure("XYZ", [3, 0, 2])
      let expected = DenseReference.expectations(circuit, inputs: [], weights: [])
      for method in [RunMethod.gates, .unitary] {
        let out = try CircuitRunner(circuit, options: RunOptions(method: method)).expectations(inputs: nil, weights: nil)
        expectClose(out.doubles, expected, 1e-13, "\(gate.name), \(method)")
      }
    }
  }

  @Test func templatesHaveTheirGates() throws {
    let rows: [(Template, Int, Int)] = [
      (.rot, 4, 12), (.zzFull, 10, 18), (.zzLinear, 7, 15), (.zzStar, 7, 15), (.ring, 12, 8),
    ]
    for (template, gates, weights) in rows {
      var circuit = try Circuit(wires: 4)
      try circuit.append(template, layers: 1)
      #expect(circuit.operations.count == gates, "\(template.name)")
      #expect(circuit.weightCount == weights, "\(template.name)")
      try circuit.append(template, layers: 2)
      #expect(circuit.weightCount == 3 * weights, "\(template.name)")
    }
    for seed in 0..<20 {
      var (a, b) = (try Circuit(wires: 4), try Circuit(wires: 4))
      try a.append(.random, layers: 1, seed: UInt64(seed))
      try b.append(.random, layers: 1, seed: UInt64(seed))
      #expect(a.description == b.description)
      #expect(a.operations.filter { $0.wires.count == 2 }.map { $0.name } == ["CNOT"])
    }
  }

  @Test func drawingsShowWiresGatesAndMeasurements() throws {
    var circuit = try Circuit(wires: 3)
    try circuit.append("RY", [0], [.input(0, scale: .pi)])
    try circuit.append("CNOT", [0, 2])
    try circuit.append("CRX", [2, 1], [Angle(.weight(0), scale: 0.5, offset: 0.25)])
    try circuit.measure("Z", [1])
    #expect(withoutPadding(circuit.drawing()) == withoutPadding("""
      0: ─RY(π·x0)─╭●────────────────────┤
      1: ──────────│──╭RX(0.5·w0+0.25)─┤ ⟨Z⟩
      2: ──────────╰X─╰●───────────────┤
      """))
    #expect(circuit.drawing(unicode: false).utf8.allSatisfy { $0 < 128 })
    #expect(circuit.drawing(unicode: false).contains("RY(pi*x0)"))
    #expect(circuit.drawing(width: 30).contains("···"))
  }

  @Test func theLinterFindsZZBeforeZ() throws {
    var circuit = try Circuit(wires: 4)
    for q in 0..<4 { try circuit.append("RY", [q], [.input(q, scale: .pi)]) }
    try circuit.append(.zzFull, layers: 1)
    for q in 0..<4 { try circuit.measure("Z", [q]) }
    #expect(circuit.lint() == [
      "6 gates cannot change any measured value: IsingZZ on wires 0-1, 0-2, 0-3, 1-2, 1-3, 2-3",
      "10 weights have no effect, their gradients are always zero: 2, 5, 8, 11, 12, 13, 14, 15, 16, 17",
      "each of the 4 outputs depends on a single input: no entanglement reaches the measurements",
    ])
    var after = try Circuit(wires: 4)
    for q in 0..<4 { try after.append("RY", [q], [.input(q, scale: .pi)]) }
    try after.append(.zzFull, layers: 1)
    for q in 0..<4 { try after.append("RX", [q], [.weight(after.weightCount)]) }
    for q in 0..<4 { try after.measure("Z", [q]) }
    #expect(after.lint().isEmpty)
  }

  /// Weights that the linter calls idle have zero gradients, and the others do not.
  @Test func theLinterAgreesWithGradients() throws {
    for seed in UInt64(1)...150 {
      let c = try RandomCircuits.make(
        seed: seed, wires: 1 + Int(seed % 4), gates: 2 + Int(seed % 9), encoding: .first, batch: 6, type: .float64)
      let line = c.circuit.lint().first { $0.contains("no effect") } ?? ""
      let idle = Set(line.split(separator: ":").last.map { $0.split(separator: ",").compactMap { Int($0.filter(\.isNumber)) } } ?? [])
        .union(line.hasPrefix("weight ") ? [Int(line.split(separator: " ")[1])!] : [])
      let runner = try CircuitRunner(c.circuit, options: RunOptions(method: .gates))
      var largest = [Double](repeating: 0, count: c.circuit.weightCount)
      for k in 0..<c.circuit.outputCount {
        for row in 0..<6 {
          let seeds = Tensor(.float64, [1, c.circuit.outputCount])
          seeds[k] = 1
          let gradient = try runner.gradients(
            inputs: c.inputs.rows(row..<row + 1), weights: c.weights, outputGradient: seeds, wantInputs: false,
            wantWeights: true).weights!
          for i in largest.indices { largest[i] = max(largest[i], abs(gradient[i])) }
        }
      }
      for weight in idle where weight < largest.count && !line.isEmpty {
        #expect(largest[weight] < 1e-12, "seed \(seed), weight \(weight)")
      }
    }
  }

  @Test func theCostModelTakesTheProductFormForPatches() throws {
    var circuit = try Circuit(wires: 4)
    for q in 0..<4 { try circuit.append("RY", [q], [.input(q)]) }
    try circuit.append(.zzFull, layers: 1)
    for q in 0..<4 { try circuit.measure("Z", [q]) }
    #expect(try CircuitRunner(circuit).method(batch: 12544) == .product)
    #expect(try CircuitRunner(circuit, options: RunOptions(method: .gates)).method(batch: 12544) == .gates)
  }
}

/// A drawing without the strokes and spaces that align its columns.
private func withoutPadding(_ drawing: String) -> String { drawing.filter { $0 != "─" && $0 != " " } }
