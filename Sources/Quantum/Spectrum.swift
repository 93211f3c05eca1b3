// Which frequencies a circuit's outputs have in each weight and input, and the shift rules that follow
// (Wierichs, Izaac, Wang, Lin 2022; Schuld, Sweke, Meyer 2021).

import Circuits
import Glibc
import Tensors

/// Derivatives of a trigonometric polynomial f as sums Σ factor · f(θ + shift).
public struct ShiftRule: Sendable {
  public struct Term: Sendable {
    public let shift: Double
    public let factor: Double
  }
  /// Positive frequencies that f may have, in increasing order.
  public let frequencies: [Double]
  /// Of the first derivative.
  public let terms: [Term]
  /// Of the second derivative.
  public let second: [Term]

  /// R equidistant frequencies have closed rules of 2R runs; others are solved for, with as many runs.
  init(frequencies: [Double]) {
    self.frequencies = frequencies
    guard let top = frequencies.last else { (terms, second) = ([], []); return }
    let (base, multiple) = Self.base(of: frequencies)
    if let base, multiple == frequencies.count {
      (terms, second) = Self.equidistant(base, multiple)
      return
    }
    let solved = Self.solved(frequencies)
    // A rule whose factors are large magnifies rounding and shots.
    if let base, multiple <= 64, solved.size > 8 * top {
      (terms, second) = Self.equidistant(base, multiple)
    } else {
      (terms, second) = (solved.first, solved.second)
    }
  }

  /// The largest number of which all frequencies are multiples, and how large a multiple the last is.
  private static func base(of frequencies: [Double]) -> (Double?, Int) {
    let tolerance = 1e-9 * frequencies.last!
    var divisor = frequencies[0]
    for frequency in frequencies.dropFirst() {
      var (a, b) = (frequency, divisor)
      while b > tolerance { (a, b) = (b, abs(a - (a / b).rounded() * b)) }
      divisor = a
    }
    let multiple = (frequencies.last! / divisor).rounded()
    let fits = frequencies.allSatisfy { abs($0 / divisor - ($0 / divisor).rounded()) < 1e-7 }
    guard fits, multiple <= 4096 else { return (nil, 0) }
    return (frequencies.last! / multiple, Int(multiple))
  }

  private static func equidistant(_ base: Double, _ count: Int) -> ([Term], [Term]) {
    let r = Double(count)
    func centred(_ shift: Double) -> Double { (shift > .pi ? shift - 2 * .pi : shift) / base }
    let first = (1...2 * count).map { mu -> Term in
      let x = Double(2 * mu - 1) * .pi / (2 * r)
      let s = sin(x / 2)
      return Term(shift: centred(x), factor: base * (mu & 1 == 1 ? 1 : -1) / (4 * r * s * s))
    }
    var second = [Term(shift: 0, factor: -base * base * (2 * r * r + 1) / 6)]
    for mu in 1..<2 * count {
      let x = Double(mu) * .pi / r
      let s = sin(x / 2)
      second.append(Term(shift: centred(x), factor: base * base * (mu & 1 == 1 ? 1 : -1) / (2 * s * s)))
    }
    return (first, second)
  }

  /// Σ_j 2 c_j sin(ω s_j) = ω and Σ_j 2 d_j (cos(ω s_j) - 1) = -ω² for all frequencies; of several choices of
  /// the shifts the one with the smallest factors.
  private static func solved(_ frequencies: [Double]) -> (first: [Term], second: [Term], size: Double) {
    let count = frequencies.count
    var best: (first: [Term], second: [Term], size: Double) = ([], [], .infinity)
    let candidates = count > 32 ? 16 : 96
    for candidate in 0..<candidates {
      let stretch = pow(2.0, 5 * Double(candidate) / Double(candidates)) * 0.75
      let shifts = (0..<count).map { Double(2 * $0 + 1) * .pi / Double(2 * count) * Double(count) / frequencies.last! * stretch }
      let odd = frequencies.map { w in shifts.map { 2 * sin(w * $0) } }
      let even = frequencies.map { w in shifts.map { 2 * (cos(w * $0) - 1) } }
      guard let c = solve(odd, frequencies), let d = solve(even, frequencies.map { -$0 * $0 }) else { continue }
      let size = c.reduce(0) { $0 + 2 * abs($1) }
      guard size.isFinite, size < best.size else { continue }
      let first = zip(shifts, c).flatMap { [Term(shift: $0, factor: $1), Term(shift: -$0, factor: -$1)] }
      let second = [Term(shift: 0, factor: -2 * d.reduce(0, +))]
        + zip(shifts, d).flatMap { [Term(shift: $0, factor: $1), Term(shift: -$0, factor: $1)] }
      best = (first, second, size)
    }
    return best
  }

  /// Gaussian elimination with row exchanges; nil when the matrix is close to singular.
  private static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double]? {
    var (a, b) = (matrix, right)
    let n = b.count
    for column in 0..<n {
      let pivot = (column..<n).max { abs(a[$0][column]) < abs(a[$1][column]) }!
      guard abs(a[pivot][column]) > 1e-7 else { return nil }
      a.swapAt(column, pivot)
      b.swapAt(column, pivot)
      for row in column + 1..<max(n, column + 1) {
        let factor = a[row][column] / a[column][column]
        if factor == 0 { continue }
        for k in column..<n { a[row][k] -= factor * a[column][k] }
        b[row] -= factor * b[column]
      }
    }
    for column in (0..<n).reversed() {
      for k in column + 1..<max(n, column + 1) { b[column] -= a[column][k] * b[k] }
      b[column] /= a[column][column]
    }
    return b
  }
}

/// Frequencies and shift rules of all inputs and weights.
struct ParameterRules {
  /// nil for what is a factor of a product, which has no frequencies that all samples share.
  let inputs: [ShiftRule?]
  let weights: [ShiftRule?]

  init(_ rotations: [PauliRotation], inputs inputCount: Int, weights weightCount: Int) throws {
    var spectra = Array(repeating: Spectrum(), count: inputCount + weightCount)
    var products = Set<Int>()
    for rotation in rotations {
      let angle = rotation.angle
      switch angle.slot {
      case .none: break
      case .input(let column): try spectra[column].add(rotation, "input \(column)")
      case .weight(let weight): try spectra[inputCount + weight].add(rotation, "weight \(weight)")
      case .inputProduct(let a, let b): products.formUnion([a, b])
      case .weightedInput(let weight, let column): products.formUnion([column, inputCount + weight])
      }
    }
    // Weights of the same frequencies are many; their rule is worked out once.
    var known: [[Double]: ShiftRule] = [:]
    let rules = spectra.enumerated().map { index, spectrum -> ShiftRule? in
      if products.contains(index) { return nil }
      if let rule = known[spectrum.frequencies] { return rule }
      let rule = ShiftRule(frequencies: spectrum.frequencies)
      known[spectrum.frequencies] = rule
      return rule
    }
    inputs = Array(rules.prefix(inputCount))
    weights = Array(rules.dropFirst(inputCount))
  }

  /// Whether an angle reads an input or weight that is a factor of a product anywhere.
  func isProduct(_ angle: Angle) -> Bool {
    angle.columns.contains { inputs[$0] == nil } || angle.weight.map { weights[$0] == nil } == true
  }
}

/// Differences of eigenvalues of a sum of generators.
private struct Spectrum {
  private(set) var frequencies: [Double] = []

  mutating func add(_ rotation: PauliRotation, _ what: String) throws {
    let scale = abs(rotation.angle.scale)
    if scale == 0 { return }
    var all = frequencies
    for step in rotation.frequencies.map({ $0 * scale }) {
      all.append(step)
      for frequency in frequencies { all += [frequency + step, abs(frequency - step)] }
    }
    all.sort()
    let tolerance = 1e-9 * all.last!
    var merged: [Double] = []
    for value in all where value > tolerance && value - (merged.last ?? -1) > tolerance { merged.append(value) }
    guard merged.count <= 1024 else {
      throw EngineError.state(
        "\(what) has more than 1024 frequencies, too many for differentiation \"general_shift\"; use \"parameter_shift\" or \"adjoint\"")
    }
    frequencies = merged
  }
}

extension Circuit {
  /// Frequencies of all expectation values in a weight, and the rules for its derivatives when all gates it
  /// turns are shifted together.  The frequencies are those that the generators allow; an observable may have
  /// fewer.
  public func shiftRule(weight: Int) throws -> ShiftRule {
    guard (0..<weightCount).contains(weight) else {
      throw EngineError.value("weight \(weight) is not in 0..\(weightCount - 1)")
    }
    guard let rule = try rules().weights[weight] else {
      throw EngineError.state("weight \(weight) is multiplied by an input, so its frequencies differ from sample to sample")
    }
    return rule
  }

  /// The same for an input.
  public func shiftRule(input: Int) throws -> ShiftRule {
    guard (0..<inputCount).contains(input) else {
      throw EngineError.value("input \(input) is not in 0..\(inputCount - 1)")
    }
    if case .amplitudes(let encoding) = preparation, (encoding.first..<encoding.first + encoding.count).contains(input) {
      throw EngineError.state("input \(input) is an amplitude and no angle; it has no frequencies")
    }
    guard let rule = try rules().inputs[input] else {
      throw EngineError.state("input \(input) is a factor of a product, so its frequencies differ from sample to sample")
    }
    return rule
  }

  private func rules() throws -> ParameterRules {
    let rotations = lowered().instructions.compactMap { item -> PauliRotation? in
      if case .rotation(let rotation) = item.instruction { return rotation } else { return nil }
    }
    return try ParameterRules(rotations, inputs: inputCount, weights: weightCount)
  }
}
