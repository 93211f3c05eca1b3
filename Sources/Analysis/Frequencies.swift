// Which frequencies an output can have in its inputs: the differences of the eigenvalues of the encoding
// generators (Schuld, Sweke, Meyer 2021, eq. 5).

import Circuits
import Tensors

/// The accessible frequencies of one output in some inputs, as multiples of a unit per input.
struct FrequencyGrid {
  /// Radians per unit of the input that one step of the grid is.
  let units: [Double]
  /// The largest multiple in each input.
  let degrees: [Int]
  /// Ways to reach each frequency, over multiples -degree...degree of each input, the last changing fastest.
  let degeneracies: [Double]

  static let maximumCount = 1 << 20

  static func count(_ degrees: [Int]) -> Int {
    degrees.reduce(1) { total, degree in
      let (product, overflow) = total.multipliedReportingOverflow(by: 2 * degree + 1)
      return overflow ? Int.max : product
    }
  }

  static func check(_ degrees: [Int], _ columns: [Int]) throws {
    let count = count(degrees)
    guard count <= maximumCount else {
      throw EngineError.value(
        "the spectrum in inputs \(columns.map(String.init).joined(separator: ", ")) has \(count == Int.max ? "too many" : "\(count)") frequencies; at most \(maximumCount) are computed: choose fewer inputs")
    }
  }
}

/// A generator of the encoding: the frequencies in the chosen inputs that its eigenvalues can give.
struct EncodingGenerator {
  /// Radians per unit, of each chosen input.
  var scales: [Double]
  /// Differences of its eigenvalues, and in how many ways each arises.
  let differences: [(value: Double, ways: Double)]
}

extension Circuit {
  /// The encoding generators that can change an output, for inputs `columns`; the other inputs and the weights
  /// have the given values.
  func encodingGenerators(
    output: Int, columns: [Int], inputs: [Double], weights: [Double]
  ) throws -> [EncodingGenerator] {
    let influence = try influence()
    if case .amplitudes(let encoding) = preparation,
      let column = columns.first(where: { (encoding.first..<encoding.first + encoding.count).contains($0) })
    {
      throw EngineError.state("input \(column) is an amplitude, in which outputs are no Fourier series; choose inputs that are angles")
    }
    var generators: [EncodingGenerator] = []
    var previous: (operation: Int, rotation: PauliRotation)?
    for (index, entry) in influence.lowering.instructions.enumerated() where influence.effects[output][index] {
      guard case .rotation(let rotation) = entry.instruction else {
        previous = nil
        continue
      }
      let scales = try scales(rotation.angle, columns, inputs, weights)
      // Terms of one angle are one generator.
      if let last = previous, last.operation == entry.operation, last.rotation.x == rotation.x,
        last.rotation.z == rotation.z, last.rotation.controls == rotation.controls,
        last.rotation.factor == rotation.factor
      {
        for k in columns.indices { generators[generators.count - 1].scales[k] += scales[k] }
      } else {
        generators.append(EncodingGenerator(scales: scales, differences: rotation.eigenvalueDifferences))
      }
      previous = (entry.operation, rotation)
    }
    return generators.filter { $0.scales.contains { $0 != 0 } }
  }

  private func scales(
    _ angle: Angle, _ columns: [Int], _ inputs: [Double], _ weights: [Double]
  ) throws -> [Double] {
    var result = [Double](repeating: 0, count: columns.count)
    func add(_ column: Int, _ scale: Double) {
      if let k = columns.firstIndex(of: column) { result[k] += scale }
    }
    switch angle.slot {
    case .none, .weight: break
    case .input(let column): add(column, angle.scale)
    case .weightedInput(let weight, let column): add(column, angle.scale * weights[weight])
    case .inputProduct(let a, let b):
      if columns.contains(a), columns.contains(b) {
        throw EngineError.state(
          "an angle is the product of inputs \(a) and \(b), in which outputs are no Fourier series; choose at most one of them")
      }
      add(a, angle.scale * inputs[b])
      add(b, angle.scale * inputs[a])
    }
    return result
  }
}

extension PauliRotation {
  /// Of f Π ⊗ P, whose eigenvalues are ±f; with controls also 0; a projector alone has 0 and f.
  fileprivate var eigenvalueDifferences: [(value: Double, ways: Double)] {
    let values: [Double]
    if x | z == 0 {
      values = [0, factor]
    } else {
      values = controls == 0 ? [-factor, factor] : [-factor, 0, factor]
    }
    var result: [(value: Double, ways: Double)] = []
    for a in values {
      for b in values {
        if let at = result.firstIndex(where: { abs($0.value - (a - b)) < 1e-12 }) {
          result[at].ways += 1
        } else {
          result.append((a - b, 1))
        }
      }
    }
    return result
  }
}

extension FrequencyGrid {
  /// The grid of a circuit's generators; `periods` are the caller's, 0 for one that is to be found.
  /// `squared`: the output is a polynomial of degree two of expectation values.
  init(_ generators: [EncodingGenerator], columns: [Int], periods: [Double], squared: Bool) throws {
    var (units, degrees): ([Double], [Int]) = ([], [])
    for (k, column) in columns.enumerated() {
      let quanta = generators.flatMap { generator in
        generator.differences.map { abs($0.value * generator.scales[k]) }.filter { $0 > 1e-12 }
      }
      let unit = periods[k] > 0 ? 2 * .pi / periods[k] : Self.commonUnit(quanta)
      let bad = unit.flatMap { unit in quanta.first { !Self.isMultiple($0, of: unit) } }
      guard let unit, bad == nil else {
        let scales = Self.distinct(generators.map { abs($0.scales[k]) }.filter { $0 > 0 })
        let shown = scales.map { "\($0)" }.joined(separator: ", ")
        throw EngineError.value(
          periods[k] > 0
            ? "input \(column) has no period \(periods[k]): its angles are scaled by \(shown), with frequency \(bad!)"
            : "input \(column) is scaled by \(shown), which are no multiples of one number, so that outputs have no period; give period and degree to cut the series off")
      }
      let degree = generators.reduce(0.0) { sum, generator in
        sum + (generator.differences.map { abs($0.value * generator.scales[k]) }.max() ?? 0) / unit
      }
      units.append(unit)
      degrees.append(Int(degree.rounded()) * (squared ? 2 : 1))
    }
    try Self.check(degrees, columns)
    self.units = units
    self.degrees = degrees
    var ways = Self.convolved(generators, units, degrees)
    if squared { ways = Self.withItself(ways, degrees) }
    degeneracies = ways
  }

  private static func isMultiple(_ value: Double, of unit: Double) -> Bool {
    let ratio = value / unit
    return abs(ratio - ratio.rounded()) < 1e-9 * max(1, ratio)
  }

  /// Different numbers of a list, ascending, eight at most.
  private static func distinct(_ values: [Double]) -> [Double] {
    var result: [Double] = []
    for value in values.sorted() where result.last.map({ value - $0 > 1e-12 }) ?? true { result.append(value) }
    return Array(result.prefix(8))
  }

  /// The largest number that all are multiples of; nil when there is none above 1/64 of the smallest.
  private static func commonUnit(_ quanta: [Double]) -> Double? {
    let values = distinct(quanta.map { $0 })
    guard let least = values.first else { return 1 }
    return (1...64).lazy.map { least / Double($0) }.first { unit in quanta.allSatisfy { isMultiple($0, of: unit) } }
  }

  /// Ways to add up differences of all generators.
  private static func convolved(_ generators: [EncodingGenerator], _ units: [Double], _ degrees: [Int]) -> [Double] {
    let strides = strides(degrees)
    let centre = zip(degrees, strides).reduce(0) { $0 + $1.0 * $1.1 }
    var ways = [Double](repeating: 0, count: count(degrees))
    ways[centre] = 1
    for generator in generators {
      var next = [Double](repeating: 0, count: ways.count)
      for (value, count) in generator.differences {
        let shift = units.indices.reduce(0) { $0 + Int((value * generator.scales[$1] / units[$1]).rounded()) * strides[$1] }
        // Nothing is shifted over an edge: the degrees are the sums of the largest shifts.
        for i in ways.indices where ways[i] != 0 { next[i + shift] += count * ways[i] }
      }
      ways = next
    }
    return ways
  }

  /// Ways to add up two frequencies of which each can be reached in so many ways.
  private static func withItself(_ ways: [Double], _ degrees: [Int]) -> [Double] {
    let strides = strides(degrees)
    let centre = zip(degrees, strides).reduce(0) { $0 + $1.0 * $1.1 }
    var result = [Double](repeating: 0, count: ways.count)
    let occupied = ways.indices.filter { ways[$0] != 0 }
    for i in occupied { for j in occupied { result[i + j - centre] += ways[i] * ways[j] } }
    return result
  }

  static func strides(_ degrees: [Int]) -> [Int] {
    var result = [Int](repeating: 1, count: degrees.count)
    for k in degrees.indices.dropLast().reversed() { result[k] = result[k + 1] * (2 * degrees[k + 1] + 1) }
    return result
  }
}
