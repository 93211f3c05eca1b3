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

  /// For every wanted rotation and sample Σ_k g_k Σ_shifts factor (f_k(θ + s) - f_k(θ - s)) into
  /// changes[w * count + sample].  `inputs` and `wordGradient` are one block's; large as in BatchExecutor.
  func run(
    _ inputs: UnsafePointer<V>, _ wordGradient: UnsafePointer<V>, _ part: Range<Int>, large: Bool,
    _ changes: UnsafeMutablePointer<V>
  ) {
    var simulator = LaneSimulator<V>(program)
    simulator.load(bound)
    let size = program.size
    let weights = Buffer<V>(size)
    simulator.sumDiagonals(wordGradient, into: weights.pointer)
    let places = Dictionary(uniqueKeysWithValues: part.map { (wanted[$0], $0 - part.lowerBound) })
    simulator.runPrefix(inputs: inputs, stride: 1, large: large)

    /// Both runs of every shift: `start` leaves the shifted state in λ, the steps from `next` on follow.
    func shift(_ rotation: Int, from next: Int, _ start: (_ half: Double) -> Void) {
      guard let place = places[rotation] else { return }
      var change = V.zeros
      for (shift, factor) in program.rotations[rotation].shiftRule {
        let half = program.rotations[rotation].factor * shift
        for sign in [1.0, -1.0] {
          start(sign * half)
          simulator.applyBody(simulator.lambda, next..<simulator.code.body.count)
          let value = simulator.weightedValue(simulator.lambda, weights.pointer, wordGradient)
          change = V.mulAdd(value, V.all(sign * factor), change)
        }
      }
      changes[place] = change
    }

    let copy = Buffer<V>(2 * size)
    for k in 0..<simulator.code.prefix.count where simulator.code.prefix[k].kind == .rotation {
      let index = Int(simulator.code.prefix[k].index)
      guard places[index] != nil else { continue }
      copy.pointer.update(from: simulator.psi, count: 2 * size)
      let kept = simulator.angles[index]
      shift(index, from: 0) { half in
        simulator.angles[index] = kept.turned(by: half)
        simulator.prepare()
        simulator.lambda.update(from: simulator.psi, count: 2 * size)
      }
      simulator.angles[index] = kept
      simulator.prepare()
      simulator.psi.update(from: copy.pointer, count: 2 * size)
    }
    for k in 0..<simulator.code.body.count {
      simulator.applyBody(simulator.psi, k..<k + 1)
      // A rotation shifted is the rotation and the shift after it; in a run of diagonal ones all commute.
      let step = simulator.code.body[k]
      let rotations: [Int]
      switch step.kind {
      case .rotation: rotations = [Int(step.index)]
      case .diagonalRun:
        let run = simulator.code.diagonalRuns[Int(step.index)]
        rotations = (0..<run.count).map { run[$0] }
      case .matrix, .swap, .unitary: continue
      }
      for index in rotations {
        shift(index, from: k + 1) { half in
          let (sin, cos) = sineAndCosine(half)
          simulator.lambda.update(from: simulator.psi, count: 2 * size)
          StateKernels.rotate(
            simulator.lambda, size, simulator.rotations[index], HalfAngle(cos: V.all(cos), sin: V.all(sin)))
        }
      }
    }
  }
}

extension HalfAngle {
  /// The angle plus a constant.
  func turned(by half: Double) -> HalfAngle {
    let (s, c) = sineAndCosine(half)
    return HalfAngle(
      cos: V.mulSub(sin, V.all(s), cos * V.all(c)), sin: V.mulAdd(sin, V.all(c), cos * V.all(s)))
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
  ) -> [[Double]]? {
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
    Parallel.forEach(blocks * parts) { piece in
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
    return wanted.indices.map { w in
      (0..<count).map { Double(results[$0 / lanes * wanted.count + w][$0 % lanes]) }
    }
  }
}
