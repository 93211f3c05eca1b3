// A circuit with its weights among the inputs: analysis draws weights per sample, and samples are what every
// simulator and every gradient runs in batches.

import Circuits
import Tensors

extension Circuit {
  /// The same circuit in which weight w is input `inputCount + w`.
  package func withWeightsAsInputs() throws -> Circuit {
    var result = try Circuit(wires: wires)
    switch preparation {
    case .zero: break
    case .amplitudes(let encoding): try result.prepare(encoding)
    case .state(let re, let im): try result.prepare(re: re, im: im, normalize: true)
    }
    for operation in operations {
      switch operation.action {
      case .gate(let gate):
        let angles = operation.angles.map { AngleSum($0.terms.map(freed)) }
        try result.append(gate, operation.wires, angles, if: operation.condition)
      case .channel(let channel): try result.append(channel, operation.wires)
      case .measure(let bit): try result.measure(wire: operation.wires[0], into: bit)
      case .reset: try result.reset(wire: operation.wires[0])
      case .barrier: try result.barrier(operation.wires)
      }
    }
    for measurement in measurements { try result.measure(measurement) }
    for (wire, error) in readout { try result.setReadoutError(error, wire: wire) }
    return result
  }

  private func freed(_ angle: Angle) -> Angle {
    var result = angle
    switch angle.slot {
    case .weight(let weight): result.slot = .input(inputCount + weight)
    case .weightedInput(let weight, let column): result.slot = .inputProduct(inputCount + weight, column)
    case .none, .input, .inputProduct: break
    }
    return result
  }
}

/// The range that weights are drawn from, uniformly; radians.
public struct WeightRange: Hashable, Sendable {
  public var low = 0.0
  public var high = 2 * Double.pi

  public init(low: Double = 0, high: Double = 2 * .pi) { (self.low, self.high) = (low, high) }

  package func check() throws {
    guard low.isFinite, high.isFinite, low < high else {
      throw EngineError.value("weights are drawn from \(low) to \(high); both must be finite and the first the smaller one")
    }
  }
}

/// A value estimated from random samples, with its standard error: NaN for a single sample.
public struct Estimate: Hashable, Sendable {
  public let value, error: Double

  package init(value: Double, error: Double) { (self.value, self.error) = (value, error) }

  /// The mean of independent numbers.
  package init(meanOf values: [Double]) {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.init(value: mean, error: values.count > 1 ? (squares / (n - 1) / n).squareRoot() : .nan)
  }
}

/// The number of samples of an analysis.
package func check(samples: Int, atLeast least: Int = 1) throws {
  guard (least...1 << 24).contains(samples) else {
    throw EngineError.value("samples is \(samples); it must be in \(least)..\(1 << 24)")
  }
}

extension Circuit {
  /// Throws unless an output has this number.
  package func check(output: Int) throws {
    guard outputCount > 0 else { throw EngineError.state("the circuit measures nothing; add an expectation value") }
    guard (0..<outputCount).contains(output) else {
      throw EngineError.value("output \(output) is not in 0..\(outputCount - 1)")
    }
  }

  /// Throws unless these are values for all inputs, or for all weights.
  package func check(_ values: [Double], _ count: Int, _ what: String) throws {
    guard values.count == count else {
      throw EngineError.shape("the circuit has \(counted(count, what)), got \(counted(values.count, "value"))")
    }
    if let bad = values.firstIndex(where: { !$0.isFinite }) {
      throw EngineError.value("\(what) \(bad) is \(values[bad]); \(what)s must be finite")
    }
  }
}
