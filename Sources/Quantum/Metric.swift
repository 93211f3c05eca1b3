// The quantum Fisher information of a circuit's states, and natural gradients.  How states are run is States'.

import Circuits
import StateVectors
import Tensors

/// With respect to what derivatives are taken; with both, inputs come first.
public struct Coordinates: OptionSet, Hashable, Sendable {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }
  public static let inputs = Coordinates(rawValue: 1)
  public static let weights = Coordinates(rawValue: 2)
}

/// Which entries of the metric are computed; the others are 0.  Raw values are those of `hqnn_metric_form`.
public enum MetricForm: UInt32, Sendable {
  case full = 0
  /// Between coordinates that turn gates of one layer: none of which comes after another on its wires
  /// (Stokes et al. 2020).  Coordinates that turn gates of several layers join them.
  case blocks
  case diagonal
}

extension CircuitStates {
  /// Quantum Fisher information F_ij = 4 Re(⟨∂iψ|∂jψ⟩ - ⟨∂iψ|ψ⟩⟨ψ|∂jψ⟩) of every sample, [batch, p, p], exact
  /// (Liu et al. 2020); the Fubini-Study metric tensor is F / 4.
  ///
  /// Derivatives of states are differences of two states: exp(-i f θ G) of a generator with eigenvalues ±1 and
  /// 0 obeys ∂ψ = f/2 (ψ(θ + π/2f) - ψ(θ - π/2f)).
  public func fisher(
    inputs: Tensor?, weights: Tensor?, of coordinates: Coordinates, form: MetricForm = .full
  ) throws -> Tensor {
    try requirePure("the metric tensor")
    if case .amplitudes = circuit.preparation, coordinates.contains(.inputs) {
      throw EngineError.state(
        "the metric tensor with respect to inputs of an amplitude encoding, which are no angles; take that of the weights")
    }
    let samples = try circuit.samples(inputs: inputs, weights: weights)
    let count = circuit.count(of: coordinates)
    guard count > 0 else { throw EngineError.state("the circuit has none of the coordinates of which the metric is wanted") }
    let out = try Self.result(samples, [count, count])
    out.fill(0)
    let block = blockNumbers(coordinates, form)
    // As many samples at once as fill the lanes.
    let step = max(1, min(8, (1 << 22) / (size * count)))
    for first in stride(from: 0, to: samples.count, by: step) {
      let part = samples.rows(first..<min(samples.count, first + step), circuit.inputCount)
      let psi = try all(part)
      let slopes = try derivatives(part, coordinates, count)
      for sample in 0..<part.count {
        let state = psi.pointer + 2 * size * sample
        func slope(_ i: Int) -> UnsafeMutablePointer<Double> { slopes.pointer + 2 * size * (i * part.count + sample) }
        let projections = (0..<count).map { StatesKernels.overlap(state, slope($0), size) }
        for i in 0..<count {
          for j in i..<count where block[i] == block[j] {
            let overlap = StatesKernels.overlap(slope(i), slope(j), size)
            let (a, b) = (projections[i], projections[j])
            let value = 4 * (overlap.re - a.re * b.re - a.im * b.im)
            out[((first + sample) * count + i) * count + j] = value
            out[((first + sample) * count + j) * count + i] = value
          }
        }
      }
    }
    return out
  }

  /// Derivatives of the states, [coordinate][sample][amplitude].
  private func derivatives(_ samples: Samples, _ coordinates: Coordinates, _ count: Int) throws -> Buffer<Double> {
    let (columns, width) = (circuit.inputCount, 2 * size)
    try LargeMemory.check(
      [8, width, samples.count, count + 1],
      for: "a set of \(counted(count, "derivative")) of a state of \(counted(circuit.wires, "wire"))")
    let result = Buffer<Double>(width * samples.count * count)
    for i in 0..<result.count { result[i] = 0 }
    let firstWeight = coordinates.contains(.inputs) ? columns : 0
    for (index, rotation) in rotations.enumerated() {
      let angle = rotation.angle
      var targets: [(coordinate: Int, slope: (Int) -> Double)] = []
      func input(_ sample: Int, _ column: Int) -> Double { samples.inputs[sample * columns + column] }
      switch angle.slot {
      case .none: break
      case .input(let c):
        if coordinates.contains(.inputs) { targets.append((c, { _ in 1 })) }
      case .weight(let w):
        if coordinates.contains(.weights) { targets.append((firstWeight + w, { _ in 1 })) }
      case .inputProduct(let a, let b):
        if coordinates.contains(.inputs) { targets += [(a, { input($0, b) }), (b, { input($0, a) })] }
      case .weightedInput(let w, let c):
        if coordinates.contains(.inputs) { targets.append((c, { _ in samples.weights[w] })) }
        if coordinates.contains(.weights) { targets.append((firstWeight + w, { input($0, c) })) }
      }
      if targets.isEmpty || rotation.factor == 0 { continue }
      let by = Double.pi / 2 / rotation.factor
      for sign in [1.0, -1] {
        try forEachState(samples, shift: Shift(rotation: index, by: sign * by)) { sample, psi in
          for target in targets {
            let factor = sign * 0.5 * rotation.factor * angle.scale * target.slope(sample)
            let place = result.pointer + width * (target.coordinate * samples.count + sample)
            for i in 0..<width { place[i] += factor * psi[i] }
          }
        }
      }
    }
    return result
  }

  /// Coordinates with equal numbers are in one block.
  private func blockNumbers(_ coordinates: Coordinates, _ form: MetricForm) -> [Int] {
    let count = circuit.count(of: coordinates)
    switch form {
    case .full: return Array(repeating: 0, count: count)
    case .diagonal: return Array(0..<count)
    case .blocks: break
    }
    let firstWeight = coordinates.contains(.inputs) ? circuit.inputCount : 0
    // Layers, and the coordinates that turn gates in each; `after` are bits behind a gate of the layer.
    var (layers, after) = ([Set<Int>()], 0)
    for item in lowering.instructions {
      var own: [Int] = []
      if case .rotation(let rotation) = item.instruction {
        if coordinates.contains(.inputs) { own += rotation.angle.columns }
        if coordinates.contains(.weights), let weight = rotation.angle.weight { own.append(firstWeight + weight) }
      }
      let support = item.instruction.support
      if !own.isEmpty, support & after != 0 {
        layers.append([])
        after = 0
      }
      if !own.isEmpty || support & after != 0 { after |= support }
      layers[layers.count - 1].formUnion(own)
    }
    var number = Array(0..<count)
    for layer in layers where !layer.isEmpty {
      let joined = Set(layer.map { number[$0] })
      let least = joined.min()!
      for i in number.indices where joined.contains(number[i]) { number[i] = least }
    }
    return number
  }
}

extension Samples {
  func rows(_ range: Range<Int>, _ columns: Int) -> Samples {
    Samples(
      type: type, count: range.count, inputs: Array(inputs[range.lowerBound * columns..<range.upperBound * columns]),
      weights: weights)
  }
}

extension Circuit {
  func count(of coordinates: Coordinates) -> Int {
    (coordinates.contains(.inputs) ? inputCount : 0) + (coordinates.contains(.weights) ? weightCount : 0)
  }
}

/// The natural gradient (Amari 1998, Stokes et al. 2020): x of (F/4 + damping · 1) x = gradient, F being a
/// quantum Fisher information [p, p].  Throws when the matrix is singular to rounding.
public func naturalGradient(fisher: Tensor, gradient: Tensor, damping: Double) throws -> Tensor {
  guard gradient.rank == 1, fisher.shape == [gradient.count, gradient.count] else {
    throw EngineError.shape(
      "expected a matrix {p, p} and a gradient {p}, got \(describe(shape: fisher.shape)) and \(describe(shape: gradient.shape))")
  }
  guard damping >= 0, damping.isFinite else {
    throw EngineError.value("damping is \(damping); it must be 0 or more")
  }
  let n = gradient.count
  var a = fisher.doubles.map { $0 / 4 }
  for i in 0..<n { a[i * n + i] += damping }
  let scale = (0..<n).map { a[$0 * n + $0] }.max() ?? 0
  // Cholesky's decomposition, in place.
  for j in 0..<n {
    for k in 0..<j { for i in j..<n { a[i * n + j] -= a[i * n + k] * a[j * n + k] } }
    guard a[j * n + j] > 1e-14 * scale else {
      throw EngineError.value(
        "the metric tensor is singular to rounding with damping \(damping); give a damping above 0, for instance 1e-3")
    }
    let root = a[j * n + j].squareRoot()
    for i in j..<n { a[i * n + j] /= root }
  }
  var x = gradient.doubles
  for i in 0..<n {
    for k in 0..<i { x[i] -= a[i * n + k] * x[k] }
    x[i] /= a[i * n + i]
  }
  for i in (0..<n).reversed() {
    for k in i + 1..<max(n, i + 1) { x[i] -= a[k * n + i] * x[k] }
    x[i] /= a[i * n + i]
  }
  let result = Tensor(uninitialized: gradient.type, [n])
  for i in 0..<n { result[i] = x[i] }
  return result
}

extension CircuitStates {
  /// The natural gradient of Σ outputGradient · outputs by the weights, [weights]: the runner's gradient, and the
  /// metric averaged over the batch.
  public func naturalGradient(
    _ runner: CircuitRunner, inputs: Tensor?, weights: Tensor?, outputGradient: Tensor?, form: MetricForm, damping: Double
  ) throws -> Tensor {
    guard circuit.weightCount > 0 else { throw EngineError.state("the circuit has no weights, so there is no natural gradient") }
    let gradient = try runner.gradients(
      inputs: inputs, weights: weights, outputGradient: outputGradient, wantInputs: false, wantWeights: true).weights!
    let all = try fisher(inputs: inputs, weights: weights, of: .weights, form: form)
    let (batch, size) = (all.shape[0], gradient.count * gradient.count)
    let mean = Tensor(.float64, [gradient.count, gradient.count])
    for sample in 0..<batch { for i in 0..<size { mean[i] += all[sample * size + i] / Double(batch) } }
    return try Quantum.naturalGradient(fisher: mean, gradient: gradient, damping: damping)
  }
}
