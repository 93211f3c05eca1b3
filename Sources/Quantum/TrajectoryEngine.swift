// Noise by averaging over random runs of state vectors, runs in SIMD lanes: for more wires than a density matrix
// has memory for.  Values have statistical errors, which are known.

import Circuits
import Glibc
import StateVectors
import Tensors

final class TrajectoryEngine: RunEngine {
  private enum Step {
    /// A rotation and its place among all rotations.
    case rotation(PauliRotation, Int)
    case matrix(ControlledMatrix)
    case swap(ControlledSwap)
    case unitary(DenseStep)
    case noise(NoiseStep, Int)
  }

  private let wires: Int
  private let start: StartState
  private let steps: [Step]
  private let words: [PauliMask]
  private let trajectories: Int
  private let seed: UInt64
  private let inputCount: Int

  init(_ circuit: Circuit, _ lowering: Lowering, words: [PauliMask], trajectories: Int, seed: UInt64) {
    (wires, start, inputCount) = (lowering.wires, lowering.start, circuit.inputCount)
    (self.words, self.trajectories, self.seed) = (words, trajectories, seed)
    var (rotations, channels) = (0, 0)
    steps = lowering.instructions.map { entry in
      switch entry.instruction {
      case .rotation(let r):
        rotations += 1
        return .rotation(r, rotations - 1)
      case .matrix(let m): return .matrix(m)
      case .swap(let s): return .swap(s)
      case .unitary(let u): return .unitary(DenseStep(u))
      case .channel(let c):
        channels += 1
        return .noise(NoiseStep(c), channels - 1)
      }
    }
  }

  func values(_ samples: Samples, shift: Shift?) throws -> [Double] {
    try estimate(samples, shift: shift, wantsCovariance: false).means
  }

  func gradients(
    _ samples: Samples, wordGradient: [Double], wantsInputs: Bool, wantsWeights: Bool
  ) throws -> (inputs: [Double]?, weights: [Double]?) {
    throw EngineError.state(
      "differentiation \"adjoint\" is not possible with method \"trajectories\": which operators are drawn depends on the angles; use \"parameter_shift\" or \"finite_difference\", or method \"density\"")
  }

  /// Means of the words, [count, words], and if wanted the covariance of single runs, [count, words, words].
  func estimate(
    _ samples: Samples, shift: Shift?, wantsCovariance: Bool
  ) throws -> (means: [Double], covariance: [Double]) {
    switch samples.type {
    case .float32: return try estimate(SIMD16<Float>.self, samples, shift, wantsCovariance)
    case .float64: return try estimate(SIMD8<Double>.self, samples, shift, wantsCovariance)
    }
  }

  private func estimate<V: Lanes>(
    _: V.Type, _ samples: Samples, _ shift: Shift?, _ wantsCovariance: Bool
  ) throws -> (means: [Double], covariance: [Double]) {
    let size = 1 << wires
    let bytes = (2 * size + 512) * MemoryLayout<V>.stride
    let threads = Parallel.threads
    try LargeMemory.check(
      [bytes, threads],
      for: "method \"trajectories\" on \(counted(wires, "wire")) in \(counted(threads, "thread"))")
    // Pieces depend on the number of runs alone, so that sums do not change with the number of threads.
    let (count, lanes) = (words.count, V.scalarCount)
    let grain = 32 * lanes
    let pieces = (trajectories + grain - 1) / grain
    let width = count + (wantsCovariance ? count * count : 0)
    let partial = Buffer<Double>(samples.count * pieces * width)
    try Parallel.cancellableForEach(samples.count * pieces) { job in
      let (sample, piece) = (job / pieces, job % pieces)
      let sums = partial.pointer + job * width
      for k in 0..<width { sums[k] = 0 }
      withScratch(V.self, 2 * size + 512) { memory in
        withScratch(Double.self, lanes * (1 + count)) { draws in
          let angles = halfAngles(samples, sample, shift)
          for first in stride(from: piece * grain, to: min(trajectories, (piece + 1) * grain), by: lanes) {
            run(samples, sample, angles, first: first, memory, size, draws)
            let present = min(lanes, trajectories - first)
            let values = draws + lanes
            for (k, word) in words.enumerated() {
              let value = expectation(memory, size, word)
              for lane in 0..<present {
                values[lane * count + k] = Double(value[lane])
                sums[k] += Double(value[lane])
              }
            }
            guard wantsCovariance else { continue }
            for lane in 0..<present {
              let row = values + lane * count
              for i in 0..<count { for j in 0..<count { sums[count + i * count + j] += row[i] * row[j] } }
            }
          }
        }
      }
    }
    return summed(partial, samples.count, pieces, wantsCovariance)
  }

  private func summed(
    _ partial: Buffer<Double>, _ samples: Int, _ pieces: Int, _ wantsCovariance: Bool
  ) -> (means: [Double], covariance: [Double]) {
    let count = words.count
    let width = count + (wantsCovariance ? count * count : 0)
    var means = [Double](repeating: 0, count: samples * count)
    var covariance = [Double](repeating: 0, count: wantsCovariance ? samples * count * count : 0)
    let runs = Double(trajectories)
    for sample in 0..<samples {
      var sums = [Double](repeating: 0, count: width)
      for piece in 0..<pieces { for k in 0..<width { sums[k] += partial[(sample * pieces + piece) * width + k] } }
      for i in 0..<count { means[sample * count + i] = sums[i] / runs }
      guard wantsCovariance else { continue }
      for i in 0..<count {
        for j in 0..<count {
          let product = sums[count + i * count + j] - sums[i] * sums[j] / runs
          covariance[(sample * count + i) * count + j] = product / (runs - 1)
        }
      }
    }
    return (means, covariance)
  }

  /// Half angles of a sample's rotations, in their order.
  private func halfAngles(_ samples: Samples, _ sample: Int, _ shift: Shift?) -> [(sin: Double, cos: Double)] {
    let inputs = Array(samples.inputs[sample * inputCount..<(sample + 1) * inputCount])
    return steps.compactMap { step in
      guard case .rotation(let rotation, let number) = step else { return nil }
      var theta = rotation.angle.value(inputs: inputs, weights: samples.weights)
      if let shift, shift.rotation == number { theta += shift.by }
      return sineAndCosine(rotation.factor * theta)
    }
  }

  /// Runs `first`, `first` + 1, … of a sample, one in each lane.
  private func run<V: Lanes>(
    _ samples: Samples, _ sample: Int, _ angles: [(sin: Double, cos: Double)], first: Int,
    _ psi: UnsafeMutablePointer<V>, _ size: Int, _ draws: UnsafeMutablePointer<Double>
  ) {
    prepare(psi, size, samples, sample)
    let scratch = psi + 2 * size
    for step in steps {
      switch step {
      case .rotation(let rotation, let number):
        let half = angles[number]
        StateKernels.rotate(psi, size, rotation, HalfAngle(cos: V.all(half.cos), sin: V.all(half.sin)))
      case .matrix(let matrix): StateKernels.apply(psi, size, matrix)
      case .swap(let swap): StateKernels.apply(psi, size, swap)
      case .unitary(let unitary): StateKernels.apply(psi, size, unitary, inverse: false, scratch: scratch)
      case .noise(let noise, let number):
        // A draw depends on the seed, the channel, the sample and the run alone.
        let stream = RandomStream(seed: seed, purpose: .trajectories, substream: number)
        for lane in 0..<V.scalarCount {
          let words = stream.block(at: UInt64(sample) << 32 | UInt64(first + lane))
          draws[lane] = Double(UInt64(words[0]) << 21 ^ UInt64(words[1] >> 11)) * 0x1p-53
        }
        TrajectoryKernels.apply(psi, size, noise, draws: draws, scratch: scratch)
      }
    }
  }

  private func prepare<V: Lanes>(_ psi: UnsafeMutablePointer<V>, _ size: Int, _ samples: Samples, _ sample: Int) {
    for i in 0..<2 * size { psi[i] = V.zeros }
    switch start {
    case .zero: psi[0] = V.all(1)
    case .state(let re, let im):
      for i in re.indices { (psi[2 * i], psi[2 * i + 1]) = (V.all(re[i]), V.all(im[i])) }
    case .amplitudes(let encoding, let places):
      let values = places.indices.map {
        $0 < encoding.count ? samples.inputs[sample * inputCount + encoding.first + $0] : encoding.padding ?? 0
      }
      let norm = encoding.normalize ? values.reduce(0) { $0 + $1 * $1 }.squareRoot() : 1
      for (place, value) in zip(places, values) { psi[2 * place] = V.all(value / norm) }
    }
  }

  private func expectation<V: Lanes>(_ psi: UnsafeMutablePointer<V>, _ size: Int, _ word: PauliMask) -> V {
    if word.x != 0 { return StateKernels.expectation(psi, size, word) }
    var sum = V.zeros
    for i in 0..<size {
      let p = V.mulAdd(psi[2 * i], psi[2 * i], psi[2 * i + 1] * psi[2 * i + 1])
      sum = (i & word.z).nonzeroBitCount & 1 == 1 ? sum - p : sum + p
    }
    return sum
  }
}

extension CircuitRunner {
  /// Expectation values by method "trajectories", and the standard error of each: both [batch, outputs].  Of outputs
  /// that are not linear in expectation values (variances) the error is that of the linear part.
  public func expectationsWithErrors(inputs: Tensor?, weights: Tensor?) throws -> (values: Tensor, errors: Tensor) {
    guard options.method == .trajectories else {
      throw EngineError.state("standard errors are of method \"trajectories\"; method \"\(options.method.name)\" has none")
    }
    guard options.trajectories >= 2 else { throw EngineError.value("standard errors need at least 2 trajectories, got 1") }
    guard options.shots == 0 else {
      throw EngineError.state("standard errors of trajectories with shots are not known; leave shots at 0")
    }
    let batch = try checkRows(inputs, weights)
    let engine = TrajectoryEngine(
      circuit, lowering, words: outputMap.words, trajectories: options.trajectories, seed: options.seed)
    let (means, covariance) = try engine.estimate(samples(batch), shift: nil, wantsCovariance: true)
    let (words, outputs) = (outputMap.words.count, outputMap.rows.count)
    let values = Tensor(uninitialized: batch.type, [batch.count, outputs])
    let errors = Tensor(uninitialized: batch.type, [batch.count, outputs])
    for sample in 0..<batch.count {
      for k in 0..<outputs {
        var slope = [Double](repeating: 0, count: words)
        outputMap.addGradient(k, 1, values: { means[sample * words + $0] }) { slope[$0] += $1 }
        var variance = 0.0
        for i in 0..<words where slope[i] != 0 {
          for j in 0..<words { variance += slope[i] * slope[j] * covariance[(sample * words + i) * words + j] }
        }
        values[sample * outputs + k] = outputMap.output(k) { means[sample * words + $0] }
        errors[sample * outputs + k] = (max(0, variance) / Double(options.trajectories)).squareRoot()
      }
    }
    return (values, errors)
  }
}
