// Runs a batch, block by block and in parallel, by one of the methods.
// Which method that is, and what tensors mean, is left to CircuitRunner.

import Circuits
import Tensors

/// A circuit with weights put in and a method chosen, for one element type.
struct BatchExecutor<V: Lanes> {
  typealias S = V.Scalar

  enum Method {
    case product(ProductBlocks<V>)
    case unitary(UnitaryBlocks<V>)
    case gates(GateBlocks<V>)
  }

  let method: Method
  let inputCount: Int
  let outputs: OutputKernels<V>
  /// How large angles can become, so that huge ones are noticed.
  let bound: AngleBound
  /// How amplitudes enter, if they do.
  let amplitudes: AmplitudeEncoding?
  /// Cost of one block, in vector operations.
  let blockCost: Double

  private var vectors: Int {
    switch method {
    case .product: return ProductBlocks<V>.vectors
    case .unitary: return UnitaryBlocks<V>.vectors
    case .gates: return GateBlocks<V>.vectors
    }
  }

  private var accumulatorCount: Int {
    switch method {
    case .product(let blocks): return blocks.accumulatorCount
    case .unitary(let blocks): return blocks.accumulatorCount
    case .gates(let blocks): return blocks.accumulatorCount
    }
  }

  /// Samples per piece of work: enough to be worth a thread's while, a whole number of blocks, and whole
  /// images where patches overlap.  It depends on the circuit and the layout alone, so sums do not change
  /// with the number of threads.
  private func grain(_ layout: SampleLayout, backward: Bool) -> Int {
    let block = vectors * V.scalarCount
    let wanted = 40_000 / blockCost
    var blocks = max(1, min(64, Int(wanted)))
    // Accumulators are summed once per piece; let there be work enough between.
    if backward { blocks = max(blocks, min(256, accumulatorCount / 64)) }
    let samples = blocks * block
    guard case .patches(let g) = layout, g.overlaps else { return samples }
    return (samples + g.patches - 1) / g.patches * g.patches
  }

  /// Outputs of `count` samples.  Throws when an input is not finite.
  func forward(
    _ data: UnsafePointer<S>, _ out: UnsafeMutablePointer<S>, count: Int, _ layout: SampleLayout
  ) throws {
    let vectors = vectors
    let block = vectors * V.scalarCount
    let kernels = SampleKernels<V>(layout: layout, inputCount: inputCount, outputCount: outputs.outputCount)
    let problem = Problem()
    try Parallel.cancellableRanges(count, grain: grain(layout, backward: false)) { _, range in
      run(range, block) { worker, first, samples in
        let largest = kernels.load(data, first: first, count: samples, worker.inputs, vectors: vectors)
        guard let large = isLarge(largest), hasNorms(worker.inputs, samples) else { return problem.found = true }
        measure(worker, large: large)
        if !outputs.isIdentity { outputs.forward(worker.words, worker.outputs, vectors: vectors) }
        kernels.store(worker.outputs, vectors: vectors, first: first, count: samples, out)
      }
    }
    if problem.found { throw badInput(data, count, layout) }
  }

  /// Vector-Jacobian product.  `inputGradient` is overwritten (rows) or added to (patches); the result
  /// is the weight gradient summed over the samples, when it is wanted.
  func backward(
    _ data: UnsafePointer<S>, _ gradient: UnsafePointer<S>?, count: Int, _ layout: SampleLayout,
    inputGradient: UnsafeMutablePointer<S>?, wantsWeights: Bool
  ) throws -> [Double]? {
    let vectors = vectors
    let block = vectors * V.scalarCount
    let kernels = SampleKernels<V>(layout: layout, inputCount: inputCount, outputCount: outputs.outputCount)
    let problem = Problem()
    let grain = grain(layout, backward: true)
    let accumulators = wantsWeights ? accumulatorCount : 0
    let partial = Buffer<Double>((count + grain - 1) / grain * accumulators)
    try Parallel.cancellableRanges(count, grain: grain) { piece, range in
      let sums = Buffer<V>(accumulators)
      for i in 0..<accumulators { sums[i] = V.zeros }
      run(range, block) { worker, first, samples in
        let largest = kernels.load(data, first: first, count: samples, worker.inputs, vectors: vectors)
        guard let large = isLarge(largest), hasNorms(worker.inputs, samples) else { return problem.found = true }
        kernels.loadGradient(gradient, first: first, count: samples, worker.outputs, vectors: vectors)
        if !outputs.isIdentity {
          if !outputs.isLinear { measure(worker, large: large) }
          outputs.backward(worker.outputs, worker.words, worker.wordGradient, vectors: vectors)
        }
        let toInputs = inputGradient == nil ? nil : worker.inputGradient
        if let toInputs { for i in 0..<inputCount * vectors { toInputs[i] = V.zeros } }
        let toWeights = wantsWeights ? sums.pointer : nil
        switch (method, worker.simulator) {
        case (.product(let blocks), _):
          blocks.backward(
            worker.inputs, worker.wordGradient, toInputs, toWeights, worker.scratch, large: large)
        case (.unitary(let blocks), let simulator?):
          blocks.backward(
            worker.inputs, worker.wordGradient, toInputs, toWeights, simulator, worker.scratch, large: large)
        case (.gates(let blocks), let simulator?):
          blocks.backward(worker.inputs, worker.wordGradient, toInputs, toWeights, simulator, large: large)
        default: break
        }
        if let inputGradient, let toInputs {
          kernels.storeInputGradient(toInputs, vectors: vectors, first: first, count: samples, inputGradient)
        }
      }
      for i in 0..<accumulators { partial[piece * accumulators + i] = Double(sums[i].total) }
    }
    if problem.found { throw badInput(data, count, layout) }
    guard wantsWeights else { return nil }
    var totals = [Double](repeating: 0, count: accumulators)
    for piece in stride(from: 0, to: partial.count, by: max(1, accumulators)) {
      for i in 0..<accumulators { totals[i] += partial[piece + i] }
    }
    switch method {
    case .product(let blocks): return blocks.weightGradient(totals)
    case .unitary(let blocks): return blocks.weightGradient(totals)
    case .gates: return totals
    }
  }

  /// Expectation values of the words of one block.
  @inline(__always)
  private func measure(_ worker: Worker, large: Bool) {
    switch (method, worker.simulator) {
    case (.product(let blocks), _):
      blocks.forward(worker.inputs, worker.words, worker.scratch, large: large)
    case (.unitary(let blocks), let simulator?):
      blocks.forward(worker.inputs, worker.words, simulator, worker.scratch, large: large)
    case (.gates(let blocks), let simulator?):
      blocks.forward(worker.inputs, worker.words, simulator, large: large)
    default: break
    }
  }

  /// One thread's memory.  Words and their gradients are the outputs' own memory where they are the same.
  private struct Worker {
    let inputs: UnsafeMutablePointer<V>
    let outputs: UnsafeMutablePointer<V>
    let words: UnsafeMutablePointer<V>
    let wordGradient: UnsafeMutablePointer<V>
    let inputGradient: UnsafeMutablePointer<V>
    let scratch: UnsafeMutablePointer<V>
    let simulator: LaneSimulator<V>?
  }

  /// Calls the body for the blocks of a range, with scratch.
  @inline(__always)
  private func run(_ range: Range<Int>, _ block: Int, _ body: (Worker, Int, Int) -> Void) {
    var scratchCount = 0
    var simulator: LaneSimulator<V>?
    switch method {
    case .product(let blocks): scratchCount = blocks.scratchCount
    case .unitary(let blocks):
      scratchCount = blocks.scratchCount
      simulator = blocks.makeSimulator()
    case .gates(let blocks): simulator = blocks.makeSimulator()
    }
    let vectors = vectors
    let outputCount = outputs.outputCount
    let wordCount = outputs.isIdentity ? 0 : outputs.wordCount
    let fixed = (2 * inputCount + outputCount + 2 * wordCount) * vectors
    withScratch(V.self, fixed + scratchCount) { memory in
      let results = memory + 2 * inputCount * vectors
      let words = wordCount == 0 ? results : results + outputCount * vectors
      let worker = Worker(
        inputs: memory, outputs: results, words: words, wordGradient: words + wordCount * vectors,
        inputGradient: memory + inputCount * vectors, scratch: memory + fixed, simulator: simulator)
      for first in stride(from: range.lowerBound, to: range.upperBound, by: block) {
        body(worker, first, min(block, range.upperBound - first))
      }
    }
  }

  /// Whether angles exceed what the fast sine can take; nil when an input is not finite.
  @inline(__always)
  private func isLarge(_ largest: V) -> Bool? {
    var maximum: S = 0
    for i in largest.indices {
      if !largest[i].isFinite { return nil }
      maximum = max(maximum, largest[i])
    }
    return bound.largest(input: Double(maximum)) > Double(V.sincosLimit)
  }

  /// Whether every sample of a block can be made a state.
  @inline(__always)
  private func hasNorms(_ inputs: UnsafePointer<V>, _ samples: Int) -> Bool {
    guard let amplitudes else { return true }
    let scalars = UnsafeRawPointer(inputs).assumingMemoryBound(to: S.self)
    let lanes = vectors * V.scalarCount
    return (0..<samples).allSatisfy { s in
      amplitudes.problem(S.elementType) { Double(scalars[$0 * lanes + s]) } == nil
    }
  }

  /// What is wrong with the inputs: a value that is not finite, or amplitudes that make no state.
  private func badInput(_ data: UnsafePointer<S>, _ count: Int, _ layout: SampleLayout) -> EngineError {
    let width: Int
    let total: Int
    switch layout {
    case .rows: (width, total) = (inputCount, count * inputCount)
    case .patches(let g): (width, total) = (g.pixels, count / g.patches * g.pixels)
    }
    if let at = (0..<total).first(where: { !data[$0].isFinite }) {
      return .value("input \(at % width) of sample \(at / width) is \(data[at]); inputs must be finite")
    }
    for sample in 0..<count {
      let problem = amplitudes?.problem(S.elementType) { Double(data[layout.index(sample, $0, inputCount)]) }
      if let problem { return .value("sample \(sample): \(problem)") }
    }
    return .value("the inputs are not finite")
  }
}

/// Bounds |angle| for inputs of a magnitude.
struct AngleBound {
  var offset = 0.0
  var linear = 0.0
  var quadratic = 0.0

  init(_ angles: [Angle], weights: [Double]) {
    for angle in angles {
      offset = max(offset, abs(angle.offset))
      switch angle.slot {
      case .none, .weight: break
      case .input: linear = max(linear, abs(angle.scale))
      case .weightedInput(let weight, _): linear = max(linear, abs(angle.scale * weights[weight]))
      case .inputProduct: quadratic = max(quadratic, abs(angle.scale))
      }
    }
  }

  func largest(input: Double) -> Double { offset + input * (linear + input * quadratic) }
}

extension AmplitudeEncoding {
  /// Why the values of a sample cannot be amplitudes; nil if they can.
  func problem(_ type: ElementType, _ value: (Int) -> Double) -> String? {
    var sum = Double((1 << wires.count) - count) * (padding ?? 0) * (padding ?? 0)
    for k in first..<first + count { sum += value(k) * value(k) }
    if normalize { return sum > 0 ? nil : "all amplitudes are 0, which is no state; at least one must differ from 0" }
    let tolerance = type == .float32 ? 1e-6 : 1e-10
    return abs(sum.squareRoot() - 1) <= tolerance
      ? nil : "the amplitudes have norm \(sum.squareRoot()); it must be 1 (or ask for normalize)"
  }
}

/// A flag that any thread of a loop may raise.
private final class Problem: @unchecked Sendable {
  var found = false
}
