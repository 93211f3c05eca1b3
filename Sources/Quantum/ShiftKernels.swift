// All shifted runs of the parameter-shift rule for a batch, samples in lanes: what comes before the shifted gate
// is run once for all shifts, what comes after it once for each.

import Circuits
import Tensors

/// The rotations to shift, of a lane program with its weights put in.
struct ShiftBlocks<V: Lanes> {
  typealias Plane = UnsafeMutablePointer<V>

  let program: LaneProgram
  let bound: BoundAngles<V>
  let outputs: OutputKernels<V>
  /// Numbers of the rotations, ascending.
  let wanted: [Int]
  /// For every rotation the half angles it is turned by, and what each run counts.
  private let turns: [[(angle: HalfAngle<V>, factor: V)]]

  init(_ program: LaneProgram, weights: [Double], outputs: OutputKernels<V>, wanted: [Int]) {
    (self.program, self.outputs, self.wanted) = (program, outputs, wanted)
    bound = BoundAngles(program, weights: weights)
    turns = program.rotations.map { rotation in
      rotation.shiftRule.flatMap { shift, factor in
        [1.0, -1.0].map { sign in
          let (sin, cos) = sineAndCosine(sign * rotation.factor * shift)
          return (HalfAngle(cos: V.all(cos), sin: V.all(sin)), V.all(sign * factor))
        }
      }
    }
  }

  /// For every wanted rotation and sample Σ_k g_k Σ_shifts factor (f_k(θ + s) - f_k(θ - s)) into
  /// changes[w * count + sample].  `inputs` and `wordGradient` are one block's; large as in BatchExecutor.
  func run(
    _ inputs: UnsafePointer<V>, _ wordGradient: UnsafePointer<V>, _ part: Range<Int>, large: Bool,
    _ changes: UnsafeMutablePointer<V>
  ) {
    var made = LaneSimulator<V>(program)
    made.load(bound)
    let simulator = made
    let size = program.size
    let steps = simulator.code.body.count
    // Weights of the probabilities, and a copy of the state.
    let scratch = Buffer<V>(3 * size)
    let (weights, copy) = (scratch.pointer, scratch.pointer + size)
    simulator.sumDiagonals(wordGradient, into: weights)
    /// Where each rotation's change goes; -1 for one that is not wanted here.
    let places = Buffer<Int>(program.rotations.count)
    for index in 0..<places.count { places[index] = -1 }
    for position in part { places[wanted[position]] = position - part.lowerBound }
    simulator.runPrefix(inputs: inputs, stride: 1, large: large)
    let (psi, lambda) = (simulator.psi, simulator.lambda)

    for k in 0..<simulator.code.prefix.count where simulator.code.prefix[k].kind == .rotation {
      let index = Int(simulator.code.prefix[k].index)
      if places[index] < 0 { continue }
      copy.update(from: psi, count: 2 * size)
      let kept = simulator.angles[index]
      var change = V.zeros
      for turn in turns[index] {
        simulator.angles[index] = kept.turned(by: turn.angle)
        simulator.prepare()
        simulator.applyBody(psi, 0..<steps)
        change = V.mulAdd(simulator.weightedValue(psi, weights, wordGradient), turn.factor, change)
      }
      changes[places[index]] = change
      simulator.angles[index] = kept
      psi.update(from: copy, count: 2 * size)
    }
    for k in 0..<steps {
      simulator.applyBody(psi, k..<k + 1)
      // A rotation shifted is the rotation and the shift after it; in a run of diagonal ones all commute.
      let step = simulator.code.body[k]
      let isRun = step.kind == .diagonalRun
      if !isRun && step.kind != .rotation { continue }
      let count = isRun ? simulator.code.diagonalRuns[Int(step.index)].count : 1
      for member in 0..<count {
        let index = isRun ? simulator.code.diagonalRuns[Int(step.index)][member] : Int(step.index)
        if places[index] < 0 { continue }
        var change = V.zeros
        for turn in turns[index] {
          lambda.update(from: psi, count: 2 * size)
          StateKernels.rotate(lambda, size, simulator.rotations[index], turn.angle)
          simulator.applyBody(lambda, k + 1..<steps)
          change = V.mulAdd(simulator.weightedValue(lambda, weights, wordGradient), turn.factor, change)
        }
        changes[places[index]] = change
      }
    }
  }
}

extension HalfAngle {
  /// The sum of two angles.
  func turned(by other: HalfAngle) -> HalfAngle {
    HalfAngle(
      cos: V.mulSub(sin, other.sin, cos * other.cos), sin: V.mulAdd(sin, other.cos, cos * other.sin))
  }
}

extension LaneSimulator {
  /// d_i = Σ_k ±g_k over the words of Z.
  func sumDiagonals(_ gradient: UnsafePointer<V>, into weights: UnsafeMutablePointer<V>) {
    for i in 0..<program.size {
      var weight = V.zeros
      for k in 0..<code.observables.count where code.observables[k].x == 0 {
        let odd = ((i & code.observables[k].z).nonzeroBitCount & 1 == 1) != code.negative[k]
        weight = odd ? weight - gradient[k] : weight + gradient[k]
      }
      weights[i] = weight
    }
  }

  /// Σ_k g_k ⟨word_k⟩ of a state.
  func weightedValue(_ state: State, _ weights: UnsafePointer<V>, _ gradient: UnsafePointer<V>) -> V {
    var (a, b) = (V.zeros, V.zeros)
    if program.measuresDiagonals {
      for i in 0..<program.size {
        let (re, im) = (state[2 * i], state[2 * i + 1])
        let p = V.mulAdd(re, re, im * im)
        if i & 1 == 0 { a = V.mulAdd(p, weights[i], a) } else { b = V.mulAdd(p, weights[i], b) }
      }
    }
    var sum = a + b
    for k in 0..<code.observables.count where code.observables[k].x != 0 {
      let value = StateKernels.expectation(state, program.size, code.observables[k])
      sum = V.mulAdd(code.negative[k] ? -value : value, gradient[k], sum)
    }
    return sum
  }
}

// MARK: - Batches

extension ShiftBlocks {
  /// Changes of all samples, [wanted][count]; nil when an input is not finite (the general path says which).
  func changes(
    _ data: UnsafePointer<V.Scalar>, _ gradient: UnsafePointer<V.Scalar>?, count: Int, _ layout: SampleLayout,
    angles: AngleBound
  ) throws -> [[Double]]? {
    let lanes = V.scalarCount
    let inputCount = program.inputCount
    let kernels = SampleKernels<V>(layout: layout, inputCount: inputCount, outputCount: outputs.outputCount)
    let blocks = (count + lanes - 1) / lanes
    // Few blocks are cut up by rotations as well, so that all threads have work.
    let parts = max(1, min(wanted.count, (16 + blocks - 1) / blocks))
    let results = Buffer<V>(blocks * wanted.count)
    for i in 0..<results.count { results[i] = V.zeros }  // rotations without effect are never run
    let failure = Buffer<Bool>(blocks)
    for block in 0..<blocks { failure[block] = false }
    try Parallel.cancellableForEach(blocks * parts) { piece in
      let (block, part) = (piece / parts, piece % parts)
      let range = part * wanted.count / parts..<(part + 1) * wanted.count / parts
      let (first, samples) = (block * lanes, min(lanes, count - block * lanes))
      withScratch(V.self, inputCount + outputs.outputCount + 2 * outputs.wordCount) { memory in
        let ofOutputs = memory + inputCount
        let ofWords = outputs.isIdentity ? ofOutputs : ofOutputs + outputs.outputCount
        let largest = kernels.load(data, first: first, count: samples, memory, vectors: 1)
        var magnitude = 0.0
        for lane in 0..<samples {
          guard largest[lane].isFinite else { return failure[block] = true }
          magnitude = max(magnitude, Double(largest[lane]))
        }
        kernels.loadGradient(gradient, first: first, count: samples, ofOutputs, vectors: 1)
        if !outputs.isIdentity { outputs.backward(ofOutputs, ofWords, ofWords, vectors: 1) }
        run(
          memory, ofWords, range, large: angles.largest(input: magnitude) > Double(V.sincosLimit),
          results.pointer + block * wanted.count + range.lowerBound)
      }
    }
    if (0..<blocks).contains(where: { failure[$0] }) { return nil }
    let scalars = UnsafeRawPointer(results.pointer).assumingMemoryBound(to: V.Scalar.self)
    return withExtendedLifetime(results) {
      wanted.indices.map { w in
        (0..<count).map { Double(scalars[($0 / lanes * wanted.count + w) * lanes + $0 % lanes]) }
      }
    }
  }
}
