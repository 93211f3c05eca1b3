// States of many blocks: the method "state" against samples in lanes, from 13 wires on.

import Circuits
import Quantum
import Tensors
import Testing

@Suite struct LargeStateTests {
  private func makeCase(_ seed: UInt64, _ type: ElementType) throws -> Case {
    try RandomCircuits.make(
      seed: seed, wires: 13 + Int(seed) % 3, gates: 25 + Int(seed) % 40, encoding: .anywhere, batch: 1, type: type)
  }

  @Test func valuesAgreeWithLanes() throws {
    for seed in UInt64(1)...24 {
      for (type, tolerance) in [(ElementType.float64, 1e-12), (.float32, 2e-5)] {
        let c = try makeCase(seed, type)
        let inputs = c.circuit.inputCount == 0 ? nil : c.inputs
        func run(_ method: RunMethod) throws -> [Double] {
          try CircuitRunner(c.circuit, options: RunOptions(method: method))
            .expectations(inputs: inputs, weights: c.weights).doubles
        }
        expectClose(try run(.state), try run(.gates), tolerance, "seed \(seed), \(type.name)")
      }
    }
  }

  @Test func gradientsAgreeWithLanes() throws {
    for seed in UInt64(1)...16 {
      let c = try makeCase(seed, .float64)
      let inputs = c.circuit.inputCount == 0 ? nil : c.inputs
      func run(_ method: RunMethod) throws -> (inputs: Tensor?, weights: Tensor?) {
        try CircuitRunner(c.circuit, options: RunOptions(method: method)).gradients(
          inputs: inputs, weights: c.weights, outputGradient: nil, wantInputs: inputs != nil, wantWeights: true)
      }
      let (actual, expected) = (try run(.state), try run(.gates))
      expectClose(actual.weights!.doubles, expected.weights!.doubles, 1e-11, "seed \(seed), weights")
      if inputs != nil { expectClose(actual.inputs!.doubles, expected.inputs!.doubles, 1e-11, "seed \(seed), inputs") }
    }
  }

  /// Layers as in W5, where nearly everything is absorbed, with known values of other people's simulators
  /// (PennyLane lightning, qulacs, Aer, qsim agree on them).
  @Test func twoLayersOfSixteenWires() throws {
    let n = 16
    func uniform(_ k: Int) -> Double {
      var z: UInt64 = 1 &+ (40 << 40) &+ (UInt64(k) &+ 1) &* 0x9E37_79B9_7F4A_7C15
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
    }
    var circuit = try Circuit(wires: n)
    for layer in 0..<2 {
      for q in 0..<n { try circuit.append("Rot", [q], (0..<3).map { .weight((layer * n + q) * 3 + $0) }) }
      for q in 0..<n { try circuit.append("CNOT", [q, (q + layer + 1) % n]) }
    }
    try circuit.measure("Z", [0])
    let weights = Tensor((0..<6 * n).map { .pi / 4 * uniform($0) }, [6 * n])
    let runner = try CircuitRunner(circuit, options: RunOptions(method: .state))
    expectClose(try runner.expectations(inputs: nil, weights: weights).doubles, [0.1170092384], 1e-9, "W5a")
    let gradient = try runner.gradients(
      inputs: nil, weights: weights, outputGradient: nil, wantInputs: false, wantWeights: true
    ).weights!.doubles
    let checksum = gradient.enumerated().reduce(0) { $0 + Double(1 + $1.offset % 7) * $1.element } / Double(6 * n)
    expectClose([checksum], [-0.03066419305], 1e-9, "W5b")
  }

  /// Sums do not depend on the number of threads.
  @Test func threadsChangeNothing() throws {
    let c = try makeCase(5, .float32)
    let threads = Parallel.threads
    defer { Parallel.setThreads(threads) }
    let results = try [1, 2, 3].map { count -> [Double] in
      Parallel.setThreads(count)
      let inputs = c.circuit.inputCount == 0 ? nil : c.inputs
      return try CircuitRunner(c.circuit, options: RunOptions(method: .state))
        .gradients(inputs: inputs, weights: c.weights, outputGradient: nil, wantInputs: false, wantWeights: true)
        .weights!.doubles
    }
    #expect(results[0] == results[1] && results[1] == results[2])
  }
}
