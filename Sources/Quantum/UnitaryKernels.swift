// Paths 1 and 2: gates between inputs depend on weights alone, so they are folded into one matrix per
// run of gates and call.  A sample then costs the same however deep the circuit is, and the gradient of all
// weights comes from M = Σ λ ψ†, summed over the samples, through the folded gates once per call.

import Circuits
import Tensors

/// A circuit cut into input gates and folded runs of the others.
struct UnitaryForm: Sendable {
  enum Segment: Sendable {
    case folded(Int)
    /// Input gates: a range of the program's body.
    case inputs(Range<Int>)
  }

  /// The gates with inputs; its prefix holds the product state of the encoding.
  let program: LaneProgram
  /// The folded runs.
  let folded: [LaneProgram]
  let segments: [Segment]
  /// Whether the encoded state is real, which halves the first product.
  let startsReal: Bool

  /// Folded matrices have 4^n entries.
  static let maximumWires = 8

  init?(_ circuit: Circuit, _ lowering: Lowering, words: [PauliMask]) {
    let n = lowering.wires
    guard n <= Self.maximumWires else { return nil }
    let instructions = lowering.instructions.map(\.instruction)
    var inPrefix = Array(repeating: false, count: instructions.count)
    var startsInAmplitudes = false
    switch circuit.preparation {
    case .zero: inPrefix = Self.prefix(of: instructions)
    case .amplitudes: startsInAmplitudes = true
    case .state: break
    }
    var kept: [Instruction] = []
    var runs: [[Instruction]] = []
    var segments: [Segment] = []
    for (position, instruction) in instructions.enumerated() where inPrefix[position] { kept.append(instruction) }
    let prefixCount = kept.count
    for (position, instruction) in instructions.enumerated() where !inPrefix[position] {
      if case .rotation(let r) = instruction, r.angle.dependsOnInput {
        let place = kept.count - prefixCount
        kept.append(instruction)
        if case .inputs(let range)? = segments.last {
          segments[segments.count - 1] = .inputs(range.lowerBound..<place + 1)
        } else {
          segments.append(.inputs(place..<place + 1))
        }
      } else if case .folded? = segments.last {
        runs[runs.count - 1].append(instruction)
      } else {
        runs.append([instruction])
        segments.append(.folded(runs.count - 1))
      }
    }
    // Body gates may stand on a wire that is alone, so only the first ones make the prefix.
    program = LaneProgram(
      wires: n, instructions: kept, observables: words, inputCount: circuit.inputCount,
      weightCount: circuit.weightCount, start: lowering.start, prefixCount: prefixCount)
    folded = runs.map {
      LaneProgram(
        wires: n, instructions: $0, observables: [], inputCount: 0, weightCount: circuit.weightCount,
        splitsPrefix: false)
    }
    self.segments = segments
    var startsReal = false
    if case .folded? = segments.first {
      startsReal = startsInAmplitudes || kept[..<prefixCount].allSatisfy {
        switch $0 {
        case .rotation(let r): return r.x == r.z && r.x != 0 && r.controls == 0
        case .matrix(let m): return m.im == .zero
        case .swap, .unitary, .channel: return false
        }
      }
    }
    self.startsReal = startsReal
  }

  /// Which instructions make up the encoded product state: on every wire those up to the last input gate
  /// before another wire joins.
  private static func prefix(of instructions: [Instruction]) -> [Bool] {
    var joined = 0
    var pending: [Int: [Int]] = [:]
    var result = Array(repeating: false, count: instructions.count)
    for (position, instruction) in instructions.enumerated() {
      let support = instruction.support
      guard support.nonzeroBitCount == 1, support & joined == 0 else {
        joined |= support
        continue
      }
      pending[support, default: []].append(position)
      if case .rotation(let r) = instruction, r.angle.dependsOnInput {
        for earlier in pending[support]! { result[earlier] = true }
        pending[support] = []
      }
    }
    return result
  }

  /// Vector operations per vector of samples.
  var cost: Double {
    let square = Double(program.size * program.size)
    var products = Double(folded.count) * 4 * square
    if startsReal { products -= 2 * square }
    return products + program.cost
  }

  /// The same for folding, once per call; columns are lanes there.
  var foldingCost: Double { folded.reduce(0) { $0 + $1.cost * Double((program.size + 7) / 8) * 2 } }
}

/// A unitary form with its weights put in, ready to run on one vector of samples per block.
struct UnitaryBlocks<V: Lanes> {
  typealias Plane = UnsafeMutablePointer<V>
  static var vectors: Int { 1 }

  let form: UnitaryForm
  let weights: [Double]
  private let bound: BoundAngles<V>
  /// Per folded run: 4^n pairs of real and imaginary part, row by row.
  private let matrices: [Buffer<V.Scalar>]

  private var size: Int { form.program.size }

  /// Direct weight gradients of the encoding, then M of each folded run.
  var accumulatorCount: Int { form.program.weightCount + form.folded.count * 2 * size * size }

  /// A copy of the state for each folded run, and one to compute in.
  var scratchCount: Int { 2 * size * (form.folded.count + 1) }

  init(_ form: UnitaryForm, weights: [Double]) {
    self.form = form
    self.weights = weights
    bound = BoundAngles(form.program, weights: weights)
    matrices = form.folded.map { program in
      let size = program.size
      let matrix = Buffer<V.Scalar>(2 * size * size)
      Self.forEachColumns(program, weights: weights) { simulator, first, count in
        simulator.applyBody(simulator.psi)
        for i in 0..<size {
          for lane in 0..<count {
            matrix[2 * (i * size + first + lane)] = V.Scalar(simulator.psi[2 * i][lane])
            matrix[2 * (i * size + first + lane) + 1] = V.Scalar(simulator.psi[2 * i + 1][lane])
          }
        }
      }
      return matrix
    }
  }

  /// Calls the body with the identity's columns as lanes of a simulator's state, eight at a time.
  private static func forEachColumns(
    _ program: LaneProgram, weights: [Double],
    _ body: (LaneSimulator<SIMD8<Double>>, _ first: Int, _ count: Int) -> Void
  ) {
    var simulator = LaneSimulator<SIMD8<Double>>(program)
    simulator.load(BoundAngles(program, weights: weights))
    for first in stride(from: 0, to: program.size, by: 8) {
      let count = min(8, program.size - first)
      for i in 0..<2 * program.size { simulator.psi[i] = .zero }
      for lane in 0..<count { simulator.psi[2 * (first + lane)][lane] = 1 }
      body(simulator, first, count)
    }
  }

  func makeSimulator() -> LaneSimulator<V> {
    var simulator = LaneSimulator<V>(form.program)
    simulator.load(bound)
    return simulator
  }

  func forward(
    _ inputs: UnsafePointer<V>, _ outputs: Plane, _ simulator: LaneSimulator<V>, _ scratch: Plane,
    large: Bool
  ) {
    advance(inputs, simulator, scratch, keep: false, large: large)
    simulator.measure(outputs, stride: 1)
  }

  /// Runs all segments; with `keep` the state before folded run f stays at scratch[2·size·(f + 1)].
  private func advance(
    _ inputs: UnsafePointer<V>, _ simulator: LaneSimulator<V>, _ scratch: Plane, keep: Bool, large: Bool
  ) {
    simulator.runPrefix(inputs: inputs, stride: 1, large: large)
    let psi = simulator.psi
    for (position, segment) in form.segments.enumerated() {
      switch segment {
      case .inputs(let range): simulator.applyBody(psi, range)
      case .folded(let f):
        if keep { (scratch + 2 * size * (f + 1)).update(from: psi, count: 2 * size) }
        multiply(matrices[f], psi, into: scratch, real: position == 0 && form.startsReal)
        psi.update(from: scratch, count: 2 * size)
      }
    }
  }

  /// out = U ψ
  private func multiply(_ matrix: Buffer<V.Scalar>, _ psi: Plane, into out: Plane, real: Bool) {
    let size = size
    for i in 0..<size {
      let row = matrix.pointer + 2 * i * size
      var (re, im, re2, im2) = (V.zeros, V.zeros, V.zeros, V.zeros)
      if real {
        for j in 0..<size {
          let p = psi[2 * j]
          re = V.mulAdd(V(repeating: row[2 * j]), p, re)
          im = V.mulAdd(V(repeating: row[2 * j + 1]), p, im)
        }
      } else {
        for j in 0..<size {
          let (p, q) = (psi[2 * j], psi[2 * j + 1])
          let (a, b) = (V(repeating: row[2 * j]), V(repeating: row[2 * j + 1]))
          re = V.mulAdd(a, p, re)
          im = V.mulAdd(a, q, im)
          re2 = V.mulSub(b, q, re2)
          im2 = V.mulAdd(b, p, im2)
        }
      }
      out[2 * i] = re + re2
      out[2 * i + 1] = im + im2
    }
  }

  /// out = U† λ
  private func multiplyAdjoint(_ matrix: Buffer<V.Scalar>, _ lambda: Plane, into out: Plane) {
    let size = size
    for j in 0..<size {
      let column = matrix.pointer + 2 * j
      var (re, im, re2, im2) = (V.zeros, V.zeros, V.zeros, V.zeros)
      for i in 0..<size {
        let (p, q) = (lambda[2 * i], lambda[2 * i + 1])
        let (a, b) = (V(repeating: column[2 * i * size]), V(repeating: column[2 * i * size + 1]))
        re = V.mulAdd(a, p, re)
        im = V.mulAdd(a, q, im)
        re2 = V.mulAdd(b, q, re2)
        im2 = V.mulSub(b, p, im2)
      }
      out[2 * j] = re + re2
      out[2 * j + 1] = im + im2
    }
  }

  func backward(
    _ inputs: UnsafePointer<V>, _ gradient: UnsafePointer<V>, _ inputGradient: Plane?,
    _ accumulators: Plane?, _ simulator: LaneSimulator<V>, _ scratch: Plane, large: Bool
  ) {
    advance(inputs, simulator, scratch, keep: true, large: large)
    simulator.seed(gradient, stride: 1)
    let (psi, lambda) = (simulator.psi, simulator.lambda)
    for (position, segment) in form.segments.enumerated().reversed() {
      switch segment {
      case .inputs(let range):
        simulator.undoBody(range, inputGradient: inputGradient, stride: 1, weightGradient: accumulators)
      case .folded(let f):
        let before = scratch + 2 * size * (f + 1)
        if let accumulators {
          addOuterProduct(
            accumulators + form.program.weightCount + f * 2 * size * size, lambda, before,
            real: position == 0 && form.startsReal)
        }
        multiplyAdjoint(matrices[f], lambda, into: scratch)
        lambda.update(from: scratch, count: 2 * size)
        psi.update(from: before, count: 2 * size)
      }
    }
    simulator.undoPrefix(inputGradient: inputGradient, stride: 1, weightGradient: accumulators)
  }

  /// M += λ ψ†
  private func addOuterProduct(_ m: Plane, _ lambda: Plane, _ psi: Plane, real: Bool) {
    let size = size
    for i in 0..<size {
      let (a, b) = (lambda[2 * i], lambda[2 * i + 1])
      let row = m + 2 * i * size
      if real {
        for j in 0..<size {
          let p = psi[2 * j]
          row[2 * j] = V.mulAdd(a, p, row[2 * j])
          row[2 * j + 1] = V.mulAdd(b, p, row[2 * j + 1])
        }
      } else {
        for j in 0..<size {
          let (p, q) = (psi[2 * j], psi[2 * j + 1])
          row[2 * j] = V.mulAdd(a, p, V.mulAdd(b, q, row[2 * j]))
          row[2 * j + 1] = V.mulAdd(b, p, V.mulSub(a, q, row[2 * j + 1]))
        }
      }
    }
  }

  /// Weight gradient from the accumulators summed over all samples: M takes the place of λ, the
  /// identity's columns that of the samples.
  func weightGradient(_ sums: [Double]) -> [Double] {
    let count = form.program.weightCount
    var result = Array(sums[..<count])
    withScratch(SIMD8<Double>.self, count) { gradient in
      for (f, program) in form.folded.enumerated() {
        let m = count + f * 2 * size * size
        for i in 0..<count { gradient[i] = .zero }
        Self.forEachColumns(program, weights: weights) { simulator, first, columns in
          simulator.applyBody(simulator.psi)
          for i in 0..<size {
            (simulator.lambda[2 * i], simulator.lambda[2 * i + 1]) = (.zero, .zero)
            for lane in 0..<columns {
              simulator.lambda[2 * i][lane] = sums[m + 2 * (i * size + first + lane)]
              simulator.lambda[2 * i + 1][lane] = sums[m + 2 * (i * size + first + lane) + 1]
            }
          }
          simulator.undoBody(inputGradient: nil, stride: 1, weightGradient: gradient)
        }
        for i in 0..<count { result[i] += gradient[i].total }
      }
    }
    return result
  }
}
