// Circuits on batches: chooses how to run them, checks shapes, and differentiates.

import Circuits
import Tensors

/// How a batch is run.  Raw values are those of `hqnn_method`.
public enum RunMethod: UInt32, Sendable {
  case automatic = 0, product, unitary, gates, state, density, trajectories

  public var name: String { "\(self)" }
}

/// How gradients are computed.  Raw values are those of `hqnn_differentiation`.
public enum Differentiation: UInt32, Sendable {
  case adjoint = 0, parameterShift, finiteDifference, spsa, generalShift

  public var name: String { ["adjoint", "parameter_shift", "finite_difference", "spsa", "general_shift"][Int(rawValue)] }
}

public struct RunOptions: Hashable, Sendable {
  public var method = RunMethod.automatic
  public var differentiation = Differentiation.adjoint
  /// Radians, for finite differences and SPSA.
  public var step = 1e-4
  /// Measurements per Pauli word and sample; 0 for exact expectation values.
  public var shots = 0
  /// Of the shots, the trajectories and the directions of SPSA.
  public var seed: UInt64 = 0
  /// Noisy runs that `trajectories` averages over.
  public var trajectories = 1000
  /// Random directions that SPSA averages over.
  public var directions = 1

  public init(
    method: RunMethod = .automatic, differentiation: Differentiation = .adjoint, step: Double = 1e-4,
    shots: Int = 0, seed: UInt64 = 0, trajectories: Int = 1000, directions: Int = 1
  ) {
    (self.method, self.differentiation, self.step) = (method, differentiation, step)
    (self.shots, self.seed, self.trajectories) = (shots, seed, trajectories)
    self.directions = directions
  }

  /// Throws when a number is out of its range.
  package func check() throws {
    guard step > 0, step.isFinite else { throw EngineError.value("step is \(step); it must be above 0") }
    guard (0...1 << 40).contains(shots) else {
      throw EngineError.value("shots is \(shots); it must be 1 or more, or 0 for exact values")
    }
    guard (1...1 << 32).contains(trajectories) else {
      throw EngineError.value("trajectories is \(trajectories); it must be 1 or more")
    }
    guard (1...1 << 32).contains(directions) else {
      throw EngineError.value("directions is \(directions); it must be 1 or more")
    }
  }
}

/// A circuit ready to run on batches of inputs.
///
/// Weights are shared by a batch, so what depends on them alone is worked out once per call and kept
/// while they stay the same.  One runner serves one thread at a time.
public final class CircuitRunner {
  public let circuit: Circuit
  public private(set) var options: RunOptions

  let lowering: Lowering
  /// What simulators compute: the outputs, or the quantities of the plan.
  let outputMap: OutputMap
  /// Shots, and what shift rules differentiate; nil where outputs are computed as they are.
  let plan: MeasurementPlan?
  /// Evaluations since the seed was set, which give every one its own random numbers.
  package var evaluation = 0
  /// All rotations in order; shifts refer to them by number.
  let rotations: [PauliRotation]
  private let angles: [Angle]
  /// The circuit for samples in lanes; nil where noise or size rule that out.
  let program: LaneProgram?
  private let product: ProductForm?
  private let unitary: UnitaryForm?
  private let costs: [Cost]
  /// The circuit for shifts of weights in lanes, once needed.
  private(set) lazy var shiftPullback = ShiftPullback(circuit, lowering, outputMap, rotations)
  private var bound32: Bound<SIMD16<Float>>?
  private var bound64: Bound<SIMD8<Double>>?
  /// Simulators that are no lane programs, once needed.
  private var engines: [RunMethod: any RunEngine] = [:]

  private struct Bound<V: Lanes> {
    let weights: [Double]
    let method: RunMethod
    let executor: BatchExecutor<V>
  }

  /// Throws when the forced method does not exist for this circuit, or nothing is measured.
  public init(_ circuit: Circuit, options: RunOptions = RunOptions()) throws {
    guard circuit.outputCount > 0 else {
      throw EngineError.state("the circuit measures nothing; add an expectation value")
    }
    try options.check()
    self.circuit = circuit
    self.options = options
    lowering = circuit.lowered()
    let shifts = [.parameterShift, .generalShift].contains(options.differentiation)
    let direct = circuit.outputMap()
    plan = options.shots > 0 || (shifts && !direct.isLinear) ? try MeasurementPlan(circuit, shots: options.shots) : nil
    outputMap = plan?.means ?? direct
    rotations = lowering.instructions.compactMap {
      if case .rotation(let rotation) = $0.instruction { return rotation } else { return nil }
    }
    angles = rotations.map(\.angle)
    let words = outputMap.words
    let (lowering, method) = (lowering, options.method)
    let isNoisy = circuit.hasChannels
    if isNoisy, [.unitary, .gates, .state].contains(method) {
      throw EngineError.state(
        "method \"\(method.name)\" runs state vectors, which have no noise; use \"density\", \"trajectories\" or \"automatic\"")
    }
    let inLanes = !isNoisy && lowering.wires <= Self.maximumLaneWires
    program = inLanes ? LaneProgram(circuit, lowering, words: words) : nil
    product = [.automatic, .product].contains(method) ? ProductForm(circuit, lowering, words: words) : nil
    unitary = inLanes && [.automatic, .unitary].contains(method) ? UnitaryForm(circuit, lowering, words: words) : nil
    switch method {
    case .product where product == nil && isNoisy:
      throw EngineError.state(
        "method \"product\" folds noise into circuits of at most \(PauliPullback.maximumWires) wires with one input rotation per wire, before other wires join, and at least one in all; use \"density\" or \"automatic\"")
    case .product where product == nil:
      throw EngineError.state(
        "method \"product\" needs circuits of at most \(PauliSet.maximumWires) wires with one input rotation per wire, before other wires join, and at least one in all; use \"gates\" or \"automatic\"")
    case .unitary where unitary == nil:
      throw EngineError.state(
        "method \"unitary\" folds circuits of at most \(UnitaryForm.maximumWires) wires, this one has \(lowering.wires); use \"gates\" or \"automatic\"")
    case .gates where program == nil:
      throw EngineError.state(
        "method \"gates\" runs circuits of at most \(Self.maximumLaneWires) wires, this one has \(lowering.wires); use \"state\" or \"automatic\"")
    default: break
    }
    costs = Self.costs(program, product, unitary, lowering, isNoisy: isNoisy)
  }

  /// Starts the random numbers of shots, trajectories and SPSA anew.  Without it every evaluation draws
  /// further ones, so that a training loop never sees the same shots twice.
  public func restart(seed: UInt64) {
    evaluation = 0
    if options.seed == seed { return }
    options.seed = seed
    engines[.trajectories] = nil
  }

  /// Lanes hold 16 states at once.
  static let maximumLaneWires = 16

  // MARK: Choosing a method

  /// What a method costs, in vector operations: once per call, per vector of 16 samples, and per sample.
  private struct Cost {
    let method: RunMethod
    let once: Double
    let perVector: Double
    var perSample = 0.0

    func of(batch: Int) -> Double {
      once + Double((batch + 15) / 16) * perVector + Double(batch) * perSample
    }
  }

  private static func costs(
    _ program: LaneProgram?, _ product: ProductForm?, _ unitary: UnitaryForm?, _ lowering: Lowering, isNoisy: Bool
  ) -> [Cost] {
    // Weights mostly stay for several calls, and so does what is folded from them.
    var costs: [Cost] = []
    if let program {
      // Beyond 12 wires 16 states leave a core's cache; a single state then has the better of it.
      costs.append(Cost(method: .gates, once: 0, perVector: program.cost * (lowering.wires > 12 ? 3 : 1)))
      let steps = Double(lowering.instructions.count)
      costs.append(Cost(method: .state, once: 0, perVector: 0, perSample: program.cost / 12 + 3000 * steps))
    }
    if let product {
      let perVector = Double(product.termCount) + 1.5 * Double(product.features.count) + 30 * Double(product.encodings.count)
      costs.append(Cost(method: .product, once: product.foldingCost / 4, perVector: perVector))
    }
    if isNoisy {
      let words = Double(1 << (2 * lowering.wires))
      costs.append(Cost(method: .density, once: 0, perVector: words * (2 + 1.5 * Double(lowering.instructions.count))))
    }
    if let unitary {
      costs.append(Cost(method: .unitary, once: unitary.foldingCost / 4, perVector: unitary.cost))
    }
    return costs
  }

  /// The method that a batch of this size is run with.
  public func method(batch: Int) -> RunMethod {
    if options.method != .automatic { return options.method }
    if costs.isEmpty { return circuit.hasChannels ? .density : .state }
    return costs.min { $0.of(batch: batch) < $1.of(batch: batch) }!.method
  }

  private func executor<V: Lanes>(
    _ bound: inout Bound<V>?, weights: [Double], batch: Int
  ) -> BatchExecutor<V> {
    let method = method(batch: batch)
    if let bound, bound.method == method, bound.weights == weights { return bound.executor }
    let executor: BatchExecutor<V> = makeExecutor(method, weights: weights, outputs: bound?.executor.outputs)
    bound = Bound(weights: weights, method: method, executor: executor)
    return executor
  }

  private func makeExecutor<V: Lanes>(
    _ method: RunMethod, weights: [Double], program: LaneProgram? = nil, outputs: OutputKernels<V>? = nil
  ) -> BatchExecutor<V> {
    let chosen: BatchExecutor<V>.Method
    var used = method
    if method == .product, let product {
      chosen = .product(ProductBlocks(product, weights: weights))
    } else if method == .unitary, let unitary {
      chosen = .unitary(UnitaryBlocks(unitary, weights: weights))
    } else {
      chosen = .gates(GateBlocks(program ?? self.program!, weights: weights))
      used = .gates
    }
    let perVector = costs.first { $0.method == used }?.perVector ?? 1
    let blockCost = perVector * Double(used == .product ? ProductBlocks<V>.vectors : 1)
    var bound = AngleBound(angles, weights: weights)
    if program != nil { bound.offset += 3 * .pi }
    var amplitudes: AmplitudeEncoding?
    if case .amplitudes(let encoding) = circuit.preparation { amplitudes = encoding }
    return BatchExecutor(
      method: chosen, inputCount: circuit.inputCount, outputs: outputs ?? OutputKernels(outputMap), bound: bound,
      amplitudes: amplitudes, blockCost: blockCost)
  }

  // MARK: Expectation values

  /// inputs [batch, inputs] or nil when the circuit has none (a batch of one), weights [weights] or nil;
  /// gives [batch, outputs].
  public func expectations(inputs: Tensor?, weights: Tensor?) throws -> Tensor {
    let batch = try checkRows(inputs, weights)
    let out = Tensor(uninitialized: batch.type, [batch.count, circuit.outputCount])
    try forward(batch, out)
    return out
  }

  /// images [batch, channels, height, width] to [batch, outputs, rows, columns] (or channels last).
  public func expectations(images: Tensor, patches: PatchGeometry, weights: Tensor?) throws -> Tensor {
    let batch = try checkImages(images, patches, weights)
    let out = Tensor(uninitialized: images.type, outputShape(images, patches))
    try forward(batch, out)
    return out
  }

  /// The simulator of a batch of this size, where it is not a lane program.
  private func engine(_ batch: Int, shifted: Bool = false) throws -> (any RunEngine)? {
    var method = method(batch: batch)
    // A shifted rotation is not part of a product form; noise has no lane program.
    if shifted, method == .product, program == nil { method = .density }
    if [.product, .unitary, .gates].contains(method) { return nil }
    if let engine = engines[method] { return engine }
    let engine = try makeEngine(method)
    engines[method] = engine
    return engine
  }

  /// What is run: data, its layout and the weights.
  struct Batch {
    let type: ElementType
    let data: Tensor
    let layout: SampleLayout
    let count: Int
    let weights: [Double]
  }

  private func forward(_ batch: Batch, _ out: Tensor) throws {
    guard let plan else { return try evaluate(batch, out) }
    let values = try quantities(batch)
    let (width, outputs) = (plan.quantityCount, circuit.outputCount)
    for sample in 0..<batch.count {
      for k in 0..<outputs {
        out[batch.layout.outputIndex(sample, k, outputs)] = plan.output(k) { values[sample * width + $0] }
      }
    }
  }

  /// The rows of the output map, exact, in the layout of outputs.
  func evaluate(_ batch: Batch, _ out: Tensor, shift: Shift? = nil) throws {
    try Cancellation.check()
    if let engine = try engine(batch.count, shifted: shift != nil) {
      return try run(engine, batch, out, shift: shift)
    }
    let program = shift.map { self.program!.shifting($0.rotation, by: $0.by) }
    switch batch.type {
    case .float32:
      let executor = program.map { makeExecutor(.gates, weights: batch.weights, program: $0) }
        ?? self.executor(&bound32, weights: batch.weights, batch: batch.count)
      try executor.forward(
        batch.data.pointer(Float.self), out.pointer(Float.self), count: batch.count, batch.layout)
    case .float64:
      let executor = program.map { makeExecutor(.gates, weights: batch.weights, program: $0) }
        ?? self.executor(&bound64, weights: batch.weights, batch: batch.count)
      try executor.forward(
        batch.data.pointer(Double.self), out.pointer(Double.self), count: batch.count, batch.layout)
    }
  }

  // MARK: Gradients

  /// Gradient of Σ outputGradient · outputs; outputGradient [batch, outputs] or nil for ones.
  public func gradients(
    inputs: Tensor?, weights: Tensor?, outputGradient: Tensor?, wantInputs: Bool, wantWeights: Bool
  ) throws -> (inputs: Tensor?, weights: Tensor?) {
    let batch = try checkRows(inputs, weights)
    if let outputGradient {
      try check(outputGradient, [batch.count, circuit.outputCount], batch.type, "output_gradient")
    }
    let inputGradient = wantInputs ? Tensor(uninitialized: batch.type, [batch.count, circuit.inputCount]) : nil
    let weightGradient = try gradient(batch, outputGradient, inputGradient, wantWeights)
    return (inputGradient, weightGradient)
  }

  /// Gradient of Σ outputGradient · outputs by the weights for every sample on its own: [batch, weights].
  public func weightGradients(inputs: Tensor?, weights: Tensor?, outputGradient: Tensor?) throws -> Tensor {
    let batch = try checkRows(inputs, weights)
    let outputs = circuit.outputCount
    if let outputGradient { try check(outputGradient, [batch.count, outputs], batch.type, "output_gradient") }
    if options.differentiation == .parameterShift {
      var values = [Double](repeating: 0, count: batch.count * circuit.weightCount)
      _ = try values.withUnsafeMutableBufferPointer {
        try parameterShift(batch, outputGradient, nil, true, perSample: $0.baseAddress)
      }
      return Tensor(values, [batch.count, circuit.weightCount]).cast(to: batch.type)
    }
    let result = Tensor(batch.type, [batch.count, circuit.weightCount])
    for sample in 0..<batch.count {
      let own = try gradients(
        inputs: inputs?.rows(sample..<sample + 1), weights: weights,
        outputGradient: outputGradient?.rows(sample..<sample + 1), wantInputs: false, wantWeights: true)
      for (index, value) in own.weights!.doubles.enumerated() { result[sample * circuit.weightCount + index] = value }
    }
    return result
  }

  /// What each of these rotations changes when it is shifted, [rotation][sample], all shifts run together;
  /// nil where the circuit has no lane program, or every run draws shots.
  func changesInLanes(_ batch: Batch, _ outputGradient: Tensor?, _ shifted: [Int]) throws -> [[Double]]? {
    if let changes = changesPulledBack(batch, outputGradient, shifted) { return changes }
    guard let program, plan == nil, outputMap.isLinear, !shifted.isEmpty else { return nil }
    guard ![.state, .density, .trajectories].contains(options.method), lowering.wires <= 12 else { return nil }
    if case .amplitudes = circuit.preparation { return nil }
    let angles = AngleBound(rotations.map(\.angle), weights: batch.weights)
    switch batch.type {
    case .float32:
      return try ShiftBlocks<SIMD16<Float>>(
        program, weights: batch.weights, outputs: OutputKernels(outputMap), wanted: shifted
      ).changes(
        batch.data.pointer(Float.self), outputGradient?.pointer(Float.self), count: batch.count, batch.layout,
        angles: angles)
    case .float64:
      return try ShiftBlocks<SIMD8<Double>>(
        program, weights: batch.weights, outputs: OutputKernels(outputMap), wanted: shifted
      ).changes(
        batch.data.pointer(Double.self), outputGradient?.pointer(Double.self), count: batch.count, batch.layout,
        angles: angles)
    }
  }

  /// All derivatives of a single sample's outputs: [outputs, inputs] and [outputs, weights].
  public func jacobian(inputs: Tensor?, weights: Tensor?) throws -> (inputs: Tensor, weights: Tensor) {
    if let inputs, inputs.shape.first != 1 {
      throw EngineError.shape(
        "a Jacobian is of one sample: expected inputs {1, \(circuit.inputCount)}, got \(describe(shape: inputs.shape))")
    }
    let type = inputs?.type ?? weights?.type ?? .float64
    let outputs = circuit.outputCount
    let toInputs = Tensor(type, [outputs, circuit.inputCount])
    let toWeights = Tensor(type, [outputs, circuit.weightCount])
    for k in 0..<outputs {
      let seed = Tensor(type, [1, outputs])
      seed[k] = 1
      let row = try gradients(
        inputs: inputs, weights: weights, outputGradient: seed, wantInputs: true, wantWeights: true)
      for j in 0..<circuit.inputCount { toInputs[k * circuit.inputCount + j] = row.inputs![j] }
      for j in 0..<circuit.weightCount { toWeights[k * circuit.weightCount + j] = row.weights![j] }
    }
    return (toInputs, toWeights)
  }

  /// The same for patches: gradients of whole images.
  public func gradients(
    images: Tensor, patches: PatchGeometry, weights: Tensor?, outputGradient: Tensor, wantImages: Bool,
    wantWeights: Bool
  ) throws -> (images: Tensor?, weights: Tensor?) {
    let batch = try checkImages(images, patches, weights)
    try check(outputGradient, outputShape(images, patches), images.type, "output_gradient")
    let imageGradient = wantImages ? Tensor(images.type, images.shape) : nil
    let weightGradient = try gradient(batch, outputGradient, imageGradient, wantWeights)
    return (imageGradient, weightGradient)
  }

  private func gradient(
    _ batch: Batch, _ outputGradient: Tensor?, _ inputGradient: Tensor?, _ wantWeights: Bool
  ) throws -> Tensor? {
    try Cancellation.check()
    let weights: [Double]?
    switch options.differentiation {
    case .adjoint:
      guard options.shots == 0 else {
        throw EngineError.state(
          "differentiation \"adjoint\" needs exact expectation values, not \(options.shots) shots; use \"parameter_shift\", \"general_shift\", \"finite_difference\" or \"spsa\"")
      }
      weights = try adjoint(batch, outputGradient, inputGradient, wantWeights)
    case .parameterShift: weights = try parameterShift(batch, outputGradient, inputGradient, wantWeights)
    case .generalShift: weights = try generalShift(batch, outputGradient, inputGradient, wantWeights)
    case .spsa: weights = try spsa(batch, outputGradient, inputGradient, wantWeights)
    case .finiteDifference: weights = try finiteDifference(batch, outputGradient, inputGradient, wantWeights)
    }
    guard wantWeights else { return nil }
    let result = Tensor(uninitialized: batch.type, [circuit.weightCount])
    for (index, value) in (weights ?? []).enumerated() { result[index] = value }
    return result
  }

  private func adjoint(
    _ batch: Batch, _ outputGradient: Tensor?, _ inputGradient: Tensor?, _ wantWeights: Bool
  ) throws -> [Double]? {
    if let engine = try engine(batch.count) {
      return try differentiate(engine, batch, outputGradient, inputGradient, wantWeights)
    }
    switch batch.type {
    case .float32:
      return try executor(&bound32, weights: batch.weights, batch: batch.count).backward(
        batch.data.pointer(Float.self), outputGradient?.pointer(Float.self), count: batch.count, batch.layout,
        inputGradient: inputGradient?.pointer(Float.self), wantsWeights: wantWeights)
    case .float64:
      return try executor(&bound64, weights: batch.weights, batch: batch.count).backward(
        batch.data.pointer(Double.self), outputGradient?.pointer(Double.self), count: batch.count,
        batch.layout, inputGradient: inputGradient?.pointer(Double.self), wantsWeights: wantWeights)
    }
  }

  // MARK: Checks

  private func outputShape(_ images: Tensor, _ g: PatchGeometry) -> [Int] {
    g.channelsLast
      ? [images.shape[0], g.outputHeight, g.outputWidth, circuit.outputCount]
      : [images.shape[0], circuit.outputCount, g.outputHeight, g.outputWidth]
  }

  func checkRows(_ inputs: Tensor?, _ weights: Tensor?) throws -> Batch {
    guard let inputs else {
      guard circuit.inputCount == 0 else {
        throw EngineError.shape("the circuit has \(counted(circuit.inputCount, "input")), got none")
      }
      let type = weights?.type ?? .float64
      return Batch(
        type: type, data: Tensor(type, [1, 0]), layout: .rows, count: 1, weights: try check(weights, type))
    }
    guard inputs.rank == 2, inputs.shape[1] == circuit.inputCount else {
      throw EngineError.shape(
        "expected inputs {batch, \(circuit.inputCount)}, got \(describe(shape: inputs.shape))")
    }
    guard inputs.shape[0] > 0 else { throw EngineError.shape("the batch is empty; give at least one sample") }
    return Batch(
      type: inputs.type, data: inputs, layout: .rows, count: inputs.shape[0],
      weights: try check(weights, inputs.type))
  }

  private func checkImages(_ images: Tensor, _ g: PatchGeometry, _ weights: Tensor?) throws -> Batch {
    guard images.rank == 4, images.shape.dropFirst() == [g.channels, g.height, g.width] else {
      throw EngineError.shape(
        "expected images {batch, \(g.channels), \(g.height), \(g.width)}, got \(describe(shape: images.shape))")
    }
    guard images.shape[0] > 0 else { throw EngineError.shape("the batch is empty; give at least one sample") }
    guard g.values == circuit.inputCount else {
      throw EngineError.shape(
        "a patch of \(g.channels) x \(g.kernelHeight) x \(g.kernelWidth) has \(g.values) values, the circuit has \(counted(circuit.inputCount, "input"))")
    }
    return Batch(
      type: images.type, data: images, layout: .patches(g), count: images.shape[0] * g.patches,
      weights: try check(weights, images.type))
  }

  private func check(_ weights: Tensor?, _ type: ElementType) throws -> [Double] {
    guard let weights else {
      guard circuit.weightCount == 0 else {
        throw EngineError.shape("the circuit has \(counted(circuit.weightCount, "weight")), got none")
      }
      return []
    }
    try check(weights, [circuit.weightCount], type, "weights")
    let values = weights.doubles
    if let bad = values.firstIndex(where: { !$0.isFinite }) {
      throw EngineError.value("weight \(bad) is \(values[bad]); weights must be finite")
    }
    return values
  }

  private func check(_ tensor: Tensor, _ shape: [Int], _ type: ElementType, _ what: String) throws {
    guard tensor.shape == shape else {
      throw EngineError.shape("expected \(what) \(describe(shape: shape)), got \(describe(shape: tensor.shape))")
    }
    guard tensor.type == type else {
      throw EngineError.shape("\(what) is \(tensor.type.name), the inputs are \(type.name)")
    }
  }
}
