// The Fourier series of an output in its inputs (Schuld, Sweke, Meyer 2021): f(x) = Σ c_ω exp(i ω·x), found from
// values on an equidistant grid that is just fine enough.

import Circuits
import Glibc
import Quantum
import Tensors

public struct FourierOptions: Hashable, Sendable {
  public var output = 0
  /// The inputs that vary; nil: all.
  public var columns: [Int]?
  /// Values of all inputs, for those that are fixed; nil: zeros.
  public var inputs: [Double]?
  public var weights: [Double] = []
  /// Of each varying input, in its own units; 0: found from the circuit.
  public var periods: [Double] = []
  /// The largest multiple of 2π/period of each varying input; nil: found from the circuit, exactly.
  public var degrees: [Int]?

  public init() {}
}

/// A Fourier series.
public struct FourierSeries: Sendable {
  public struct Term: Sendable {
    /// In radians per unit, one for each varying input.
    public let frequency: [Double]
    public let re, im: Double
    /// In how many ways eigenvalue differences of the encoding add up to it: 0 for one that is out of reach.
    /// nil where the degrees were the caller's.
    public let degeneracy: Double?
  }

  public let columns: [Int]
  public let periods: [Double]
  public let degrees: [Int]
  /// All multiples -degree...degree of each input, the last changing fastest.
  public let terms: [Term]
}

extension Circuit {
  public func fourierSeries(_ options: FourierOptions) throws -> FourierSeries {
    try check(output: options.output)
    let columns = options.columns ?? Array(0..<inputCount)
    guard !columns.isEmpty else { throw EngineError.state("the circuit has no inputs to vary") }
    for (k, column) in columns.enumerated() {
      guard (0..<inputCount).contains(column) else { throw EngineError.value("input \(column) is not in 0..\(inputCount - 1)") }
      guard !columns[..<k].contains(column) else { throw EngineError.value("input \(column) is named twice") }
    }
    let inputs = options.inputs ?? [Double](repeating: 0, count: inputCount)
    try check(inputs, inputCount, "input")
    try check(options.weights, weightCount, "weight")
    let periods = options.periods.isEmpty ? [Double](repeating: 0, count: columns.count) : options.periods
    guard periods.count == columns.count else {
      throw EngineError.shape("period: \(counted(columns.count, "input")) vary, got \(counted(periods.count, "value"))")
    }
    for period in periods where !(period >= 0 && period.isFinite) {
      throw EngineError.value("period is \(period); it must be above 0, or 0 to be found")
    }
    let grid: (units: [Double], degrees: [Int], ways: [Double]?)
    if let degrees = options.degrees {
      guard degrees.count == columns.count else {
        throw EngineError.shape("degree: \(counted(columns.count, "input")) vary, got \(counted(degrees.count, "value"))")
      }
      for degree in degrees where degree < 0 || degree > FrequencyGrid.maximumCount {
        throw EngineError.value("degree is \(degree); it must be 0 or more")
      }
      try FrequencyGrid.check(degrees, columns)
      grid = (periods.map { $0 > 0 ? 2 * .pi / $0 : 1 }, degrees, nil)
    } else {
      let generators = try encodingGenerators(
        output: options.output, columns: columns, inputs: inputs, weights: options.weights)
      let squared = !outputMap().rows[options.output].squares.isEmpty
      let found = try FrequencyGrid(generators, columns: columns, periods: periods, squared: squared)
      grid = (found.units, found.degrees, found.degeneracies)
    }
    let values = try gridValues(options.output, columns, grid.units, grid.degrees, inputs, options.weights)
    let (re, im) = transformed(values, grid.degrees)
    let strides = FrequencyGrid.strides(grid.degrees)
    let terms = re.indices.map { i in
      FourierSeries.Term(
        frequency: columns.indices.map { k in
          Double(i / strides[k] % (2 * grid.degrees[k] + 1) - grid.degrees[k]) * grid.units[k]
        }, re: re[i], im: im[i], degeneracy: grid.ways?[i])
    }
    return FourierSeries(columns: columns, periods: grid.units.map { 2 * .pi / $0 }, degrees: grid.degrees, terms: terms)
  }

  /// The output at x_k = j · period / (2 degree + 1) of each varying input, j = 0 … 2 degree.
  private func gridValues(
    _ output: Int, _ columns: [Int], _ units: [Double], _ degrees: [Int], _ inputs: [Double], _ weights: [Double]
  ) throws -> [Double] {
    let runner = try CircuitRunner(self)
    let (count, strides) = (FrequencyGrid.count(degrees), FrequencyGrid.strides(degrees))
    let weights = weightCount > 0 ? Tensor(weights, [weightCount]) : nil
    var result: [Double] = []
    let chunk = 8192
    for first in stride(from: 0, to: count, by: chunk) {
      let rows = min(chunk, count - first)
      let batch = Tensor(uninitialized: .float64, [rows, inputCount])
      for row in 0..<rows {
        for column in 0..<inputCount { batch[row * inputCount + column] = inputs[column] }
        for (k, column) in columns.enumerated() {
          let points = 2 * degrees[k] + 1
          let j = (first + row) / strides[k] % points
          batch[row * inputCount + column] = 2 * .pi / units[k] * Double(j) / Double(points)
        }
      }
      let values = try runner.expectations(inputs: batch, weights: weights)
      for row in 0..<rows { result.append(values[row * outputCount + output]) }
    }
    return result
  }

  /// c_m = 1/N Σ_j f_j exp(-2πi m j / N) along each axis in turn, m = -degree … degree.
  private func transformed(_ values: [Double], _ degrees: [Int]) -> (re: [Double], im: [Double]) {
    var (re, im) = (values, [Double](repeating: 0, count: values.count))
    let strides = FrequencyGrid.strides(degrees)
    for (k, degree) in degrees.enumerated() {
      let points = 2 * degree + 1
      let turns = (0..<points).map { sineAndCosine(-2 * .pi * Double($0) / Double(points)) }
      var (nextRe, nextIm) = (re, im)
      for start in re.indices where start / strides[k] % points == 0 {
        for m in 0..<points {
          var (a, b) = (0.0, 0.0)
          for j in 0..<points {
            let turn = turns[((m - degree) * j % points + points) % points]
            let (x, y) = (re[start + j * strides[k]], im[start + j * strides[k]])
            a += x * turn.cos - y * turn.sin
            b += x * turn.sin + y * turn.cos
          }
          nextRe[start + m * strides[k]] = a / Double(points)
          nextIm[start + m * strides[k]] = b / Double(points)
        }
      }
      (re, im) = (nextRe, nextIm)
    }
    return (re, im)
  }
}
