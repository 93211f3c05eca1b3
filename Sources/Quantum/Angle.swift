// A gate's angle, symbolic until the circuit runs.

/// A gate's angle: a number known now, or a slot filled in when the circuit runs.
///
/// Its value is `scale * slot + offset`, in radians.  Slots stay symbolic so that a script builds a
/// circuit once and the engine runs it for whole batches.
public struct Angle: Hashable, Sendable {
  public enum Slot: Hashable, Sendable {
    case none
    case input(Int)   // column of the [batch, inputs] tensor
    case weight(Int)  // index into the [weights] tensor
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

  var isInput: Bool {
    if case .input = slot { return true }
    return false
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
