// A gate's angle, symbolic until the circuit runs.

/// A gate's angle: a number known now, or slots filled in when the circuit runs.
///
/// Its value is `scale * slot + offset`, in radians.  Slots stay symbolic so that a script builds a
/// circuit once and the engine runs it for whole batches.
public struct Angle: Hashable, Sendable {
  public enum Slot: Hashable, Sendable {
    case none
    case input(Int)   // column of the [batch, inputs] tensor
    case weight(Int)  // index into the [weights] tensor
    case inputProduct(Int, Int)  // the product of two columns (IQP encodings)
    case weightedInput(weight: Int, input: Int)  // an input with a trainable scale (re-uploading)
  }

  public var slot: Slot
  public var scale: Double
  public var offset: Double

  public init(_ slot: Slot, scale: Double = 1, offset: Double = 0) {
    self.slot = slot
    self.scale = slot == .none ? 0 : scale
    self.offset = offset
  }

  public static func constant(_ value: Double) -> Angle { Angle(.none, offset: value) }
  public static func input(_ column: Int, scale: Double = 1) -> Angle {
    Angle(.input(column), scale: scale)
  }
  public static func weight(_ index: Int, scale: Double = 1) -> Angle {
    Angle(.weight(index), scale: scale)
  }

  public static func * (factor: Double, angle: Angle) -> Angle {
    Angle(angle.slot, scale: factor * angle.scale, offset: factor * angle.offset)
  }
  public static prefix func - (angle: Angle) -> Angle { -1 * angle }

  /// Whether it differs from sample to sample.
  package var dependsOnInput: Bool {
    switch slot {
    case .none, .weight: return false
    case .input, .inputProduct, .weightedInput: return true
    }
  }

  /// The same of inputs and weights further on.
  package func moved(inputs: Int, weights: Int) -> Angle {
    let moved: Slot
    switch slot {
    case .none: moved = .none
    case .input(let column): moved = .input(column + inputs)
    case .weight(let index): moved = .weight(index + weights)
    case .inputProduct(let a, let b): moved = .inputProduct(a + inputs, b + inputs)
    case .weightedInput(let weight, let input): moved = .weightedInput(weight: weight + weights, input: input + inputs)
    }
    return Angle(moved, scale: scale, offset: offset)
  }

  /// The columns of the inputs it reads.
  package var columns: [Int] {
    switch slot {
    case .none, .weight: return []
    case .input(let column), .weightedInput(_, let column): return [column]
    case .inputProduct(let a, let b): return a == b ? [a] : [a, b]
    }
  }

  /// The weight it reads.
  package var weight: Int? {
    switch slot {
    case .weight(let index), .weightedInput(let index, _): return index
    case .none, .input, .inputProduct: return nil
    }
  }

  /// Its value for one sample.
  package func value(inputs: [Double], weights: [Double]) -> Double {
    switch slot {
    case .none: return offset
    case .input(let column): return scale * inputs[column] + offset
    case .weight(let index): return scale * weights[index] + offset
    case .inputProduct(let a, let b): return scale * inputs[a] * inputs[b] + offset
    case .weightedInput(let weight, let column): return scale * weights[weight] * inputs[column] + offset
    }
  }
}

/// A sum of angles: what a gate takes.  Rotations about one axis add up, so a gate with a sum lowers to a
/// rotation for each term.
public struct AngleSum: Hashable, Sendable {
  public var terms: [Angle]

  public init(_ terms: [Angle]) { self.terms = terms.isEmpty ? [.constant(0)] : terms }
  public init(_ angle: Angle) { terms = [angle] }

  public static func * (factor: Double, sum: AngleSum) -> AngleSum { AngleSum(sum.terms.map { factor * $0 }) }
  public static prefix func - (sum: AngleSum) -> AngleSum { -1 * sum }
  public static func + (a: AngleSum, b: AngleSum) -> AngleSum { AngleSum(a.terms + b.terms) }
}

extension AngleSum: CustomStringConvertible {
  public var description: String {
    terms.enumerated().map { index, term in
      let text = term.description
      return index > 0 && !text.hasPrefix("-") ? "+" + text : text
    }.joined()
  }
}

extension Angle: CustomStringConvertible {
  /// `π·x0`, `w3`, `0.5·w1+0.2`, `1.571`: as drawings and messages show it.
  public var description: String {
    let symbol: String
    switch slot {
    case .none: return Self.short(offset)
    case .input(let column): symbol = "x\(column)"
    case .weight(let index): symbol = "w\(index)"
    case .inputProduct(let a, let b): symbol = "x\(a)·x\(b)"
    case .weightedInput(let weight, let input): symbol = "w\(weight)·x\(input)"
    }
    var text: String
    switch scale {
    case 1: text = symbol
    case -1: text = "-" + symbol
    default: text = Self.short(scale) + "·" + symbol
    }
    if offset != 0 { text += (offset > 0 ? "+" : "") + Self.short(offset) }
    return text
  }

  /// Four digits, multiples of π/4 by name.
  private static func short(_ value: Double) -> String {
    let quarters = value / (.pi / 4)
    if quarters != 0, abs(quarters) <= 16, abs(quarters - quarters.rounded()) < 1e-12 {
      let q = Int(quarters.rounded())
      let (numerator, denominator) = q % 4 == 0 ? (q / 4, 1) : q % 2 == 0 ? (q / 2, 2) : (q, 4)
      let sign = numerator == 1 ? "" : numerator == -1 ? "-" : "\(numerator)"
      return sign + "π" + (denominator == 1 ? "" : "/\(denominator)")
    }
    let rounded = (value * 1000).rounded() / 1000
    return rounded == rounded.rounded() && abs(rounded) < 1e9 ? "\(Int(rounded))" : "\(rounded)"
  }
}
