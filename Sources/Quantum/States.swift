// Final states of circuits on batches: the amplitudes themselves.  What is read off them is in StatesReadout
// and StatesDensity; how states are run is left to the simulators.

import Circuits
import StateVectors
import Tensors

/// A circuit whose final states are wanted, whatever it measures.  One object serves one thread at a time.
///
/// Measurements at the very end of a circuit do not change its state here.
public final class CircuitStates {
  public let circuit: Circuit
  let lowering: Lowering
  /// Samples in lanes, for small registers.
  private let program: LaneProgram?
  /// One large state after the other.
  private let large: StateRunner

  /// Beyond, a state in every lane is slower than one state that fits the cache.
  private static let maximumLaneWires = 12

  public init(_ circuit: Circuit) {
    self.circuit = circuit
    lowering = circuit.lowered()
    let inLanes = !circuit.hasChannels && lowering.wires <= Self.maximumLaneWires
    program = inLanes ? LaneProgram(circuit, lowering, words: []) : nil
    large = StateRunner(lowering, words: [])
  }

  /// Amplitudes of the register, deferred measurements included.
  var size: Int { 1 << lowering.wires }
  /// Whether the final state is a vector.
  var isPure: Bool { !circuit.hasChannels && lowering.wires == circuit.wires }

  /// All rotations of the lowered circuit, by whose number shifts go.
  var rotations: [PauliRotation] {
    lowering.instructions.compactMap { if case .rotation(let r) = $0.instruction { return r } else { return nil } }
  }

  func requirePure(_ what: String) throws {
    if circuit.hasChannels {
      throw EngineError.state("\(what) of a circuit with noise: noise leaves no state vector; ask for the density matrix of some wires")
    }
    if lowering.wires > circuit.wires {
      throw EngineError.state(
        "\(what) of a circuit that measures or resets on the way: that leaves no state vector; ask for the density matrix of some wires")
    }
  }

  /// Amplitudes [batch, 2^wires, 2], real and imaginary part, wire 0 the most significant bit.
  ///
  /// inputs [batch, inputs] or nil when the circuit has none (a batch of one), weights [weights] or nil.
  public func state(inputs: Tensor?, weights: Tensor?) throws -> Tensor {
    try requirePure("the state")
    let samples = try circuit.samples(inputs: inputs, weights: weights)
    let out = try Self.result(samples, [size, 2])
    try forEachState(samples) { sample, psi in Self.write(psi, out, sample) }
    return out
  }

  // MARK: Running

  /// Calls the body with every sample's final state of the register, real and imaginary part in turn, from
  /// several threads.  `shift` adds to the angle of one rotation.
  func forEachState(
    _ samples: Samples, shift: Shift? = nil, _ body: (Int, UnsafeMutablePointer<Double>) -> Void
  ) throws {
    guard let program else {
      try LargeMemory.check([48, size], for: "a state of \(counted(lowering.wires, "wire"))")
      let psi = Buffer<Double>(2 * size)
      for sample in 0..<samples.count {
        let values = StateRunner.Values(
          inputs: samples.row(sample, circuit.inputCount), weights: samples.weights,
          shift: shift.map { ($0.rotation, $0.by) })
        try large.amplitudes(.float64, values, psi.pointer)
        body(sample, psi.pointer)
      }
      return
    }
    try runLanes(shift.map { program.shifting($0.rotation, by: $0.by) } ?? program, samples, shift, body)
  }

  private func runLanes(
    _ program: LaneProgram, _ samples: Samples, _ shift: Shift?, _ body: (Int, UnsafeMutablePointer<Double>) -> Void
  ) throws {
    typealias V = SIMD8<Double>
    let (columns, lanes) = (circuit.inputCount, V.scalarCount)
    var bound = AngleBound(program.rotations.map(\.angle), weights: samples.weights)
    bound.offset += abs(shift?.by ?? 0)
    let angles = BoundAngles<V>(program, weights: samples.weights)
    let blocks = (samples.count + lanes - 1) / lanes
    try Parallel.cancellableRanges(blocks, grain: max(1, 512 >> lowering.wires)) { _, range in
      var simulator = LaneSimulator<V>(program)
      simulator.load(angles)
      let psi = Buffer<Double>(2 * size)
      withScratch(V.self, max(1, columns)) { inputs in
        for block in range {
          let present = min(lanes, samples.count - block * lanes)
          var largest = 0.0
          for column in 0..<columns {
            inputs[column] = V.zeros
            for lane in 0..<present {
              let x = samples.inputs[(block * lanes + lane) * columns + column]
              inputs[column][lane] = x
              largest = max(largest, abs(x))
            }
          }
          simulator.run(inputs: inputs, stride: 1, large: bound.largest(input: largest) > V.sincosLimit)
          for lane in 0..<present {
            StatesKernels.unpack(simulator.psi, size, lane: lane, psi.pointer)
            body(block * lanes + lane, psi.pointer)
          }
        }
      }
    }
  }

  // MARK: Results

  /// A tensor [batch, ...] of the samples' type, after looking whether it fits into memory.
  static func result(_ samples: Samples, _ shape: [Int]) throws -> Tensor {
    let shape = [samples.count] + shape
    try LargeMemory.check([samples.type.bytes] + shape, for: "a \(samples.type.name) tensor \(describe(shape: shape))")
    return Tensor(uninitialized: samples.type, shape)
  }

  /// Writes the values of one sample.
  static func write(_ values: UnsafePointer<Double>, _ out: Tensor, _ sample: Int) {
    let width = out.count / out.shape[0]
    switch out.type {
    case .float32:
      let place = out.pointer(Float.self) + sample * width
      for i in 0..<width { place[i] = Float(values[i]) }
    case .float64: (out.pointer(Double.self) + sample * width).update(from: values, count: width)
    }
  }
}

extension Samples {
  func row(_ sample: Int, _ columns: Int) -> [Double] { Array(inputs[sample * columns..<(sample + 1) * columns]) }
}

extension Circuit {
  /// Checked inputs and weights as rows; nil stands for none.
  func samples(inputs: Tensor?, weights: Tensor?) throws -> Samples {
    if inputs == nil, inputCount > 0 {
      throw EngineError.shape("the circuit has \(counted(inputCount, "input")), got none")
    }
    if weights == nil, weightCount > 0 {
      throw EngineError.shape("the circuit has \(counted(weightCount, "weight")), got none")
    }
    if let inputs, inputs.rank != 2 || inputs.shape[1] != inputCount || inputs.shape[0] == 0 {
      throw EngineError.shape("expected inputs {batch, \(inputCount)}, got \(describe(shape: inputs.shape))")
    }
    if let weights, weights.shape != [weightCount] {
      throw EngineError.shape("expected weights \(describe(shape: [weightCount])), got \(describe(shape: weights.shape))")
    }
    if let inputs, let weights, inputs.type != weights.type {
      throw EngineError.shape("weights is \(weights.type.name), the inputs are \(inputs.type.name)")
    }
    let samples = Samples(
      type: inputs?.type ?? weights?.type ?? .float64, count: inputs?.shape[0] ?? 1, inputs: inputs?.doubles ?? [],
      weights: weights?.doubles ?? [])
    if let bad = samples.weights.firstIndex(where: { !$0.isFinite }) {
      throw EngineError.value("weight \(bad) is \(samples.weights[bad]); weights must be finite")
    }
    if let bad = samples.inputs.firstIndex(where: { !$0.isFinite }) {
      throw EngineError.value(
        "input \(bad % inputCount) of sample \(bad / inputCount) is \(samples.inputs[bad]); inputs must be finite")
    }
    if case .amplitudes(let encoding) = preparation {
      for sample in 0..<samples.count {
        if let problem = encoding.problem(samples.type, { samples.inputs[sample * inputCount + $0] }) {
          throw EngineError.value("sample \(sample): \(problem)")
        }
      }
    }
    return samples
  }

  /// The same start and the same operations, or others, with other measurements at the end.
  func measuring(_ measurements: [Measurement], readout errors: Bool, operations: [Operation]? = nil) throws -> Circuit {
    var result = try Circuit(wires: wires)
    switch preparation {
    case .zero: break
    case .amplitudes(let encoding): try result.prepare(encoding)
    case .state(let re, let im): try result.prepare(re: re, im: im, normalize: true)
    }
    let same = Array(0..<wires)
    for operation in operations ?? self.operations { try result.append(operation, wires: same) }
    if errors { for (wire, error) in readout { try result.setReadoutError(error, wire: wire) } }
    for measurement in measurements { try result.measure(measurement) }
    return result
  }
}
