// SIMD vectors whose lanes are neighbouring amplitudes of one state, and the arithmetic that kernels need.
// As wide as the processor's registers: 8 Floats (16 with AVX-512) or 4 Doubles.

import COpenMP
import Tensors

/// A vector of amplitudes' real or imaginary parts.  Lane bits are the lowest bits of a basis-state index.
protocol StateLanes: SIMD, Sendable where Scalar: Element {
  /// Number of lane bits.
  static var bits: Int { get }
  /// Lane l gets lane l ^ (1 << bit).
  static func flipped(_ x: Self, bit: Int) -> Self
}

extension StateLanes {
  /// a·b
  @inline(__always) static func product(_ a: Self, _ b: Self) -> Self { a * b }
  @inline(__always) static func sum(_ a: Self, _ b: Self) -> Self { a + b }
  @inline(__always) static func difference(_ a: Self, _ b: Self) -> Self { a - b }
  /// a·b + c, fused where the processor can.
  @inline(__always) static func mulAdd(_ a: Self, _ b: Self, _ c: Self) -> Self {
    HQNN_HAS_FMA != 0 ? c.addingProduct(a, b) : c + a * b
  }
  /// c - a·b
  @inline(__always) static func mulSub(_ a: Self, _ b: Self, _ c: Self) -> Self {
    HQNN_HAS_FMA != 0 ? c.addingProduct(-a, b) : c - a * b
  }
  @inline(__always) static var zeros: Self { Self(repeating: 0) }
  @inline(__always) static func all(_ x: Double) -> Self { Self(repeating: Scalar(x)) }

  /// Lane l gets lane l ^ mask.
  @inline(__always) static func flipped(_ x: Self, mask: Int) -> Self {
    var result = x
    if mask & 1 != 0 { result = flipped(result, bit: 0) }
    if mask & 2 != 0 { result = flipped(result, bit: 1) }
    if mask & 4 != 0 { result = flipped(result, bit: 2) }
    if mask & 8 != 0 { result = flipped(result, bit: 3) }
    return result
  }

  /// From a value for each lane.
  static func lanes(_ value: (Int) -> Double) -> Self {
    var result = zeros
    for lane in result.indices { result[lane] = Scalar(value(lane)) }
    return result
  }

  /// Sum of all lanes, in Double.
  @inline(__always) var total: Double {
    var sum = 0.0
    for lane in indices { sum += Double(self[lane]) }
    return sum
  }
}

extension SIMD8<Float>: StateLanes {
  static var bits: Int { 3 }
  @inline(__always) static func flipped(_ x: Self, bit: Int) -> Self {
    switch bit {
    case 0:
      var result = Self()
      (result.evenHalf, result.oddHalf) = (x.oddHalf, x.evenHalf)
      return result
    case 1:
      let pairs = unsafeBitCast(x, to: SIMD4<Double>.self)
      return unsafeBitCast(SIMD4<Double>.flipped(pairs, bit: 0), to: Self.self)
    default: return Self(lowHalf: x.highHalf, highHalf: x.lowHalf)
    }
  }
}

extension SIMD4<Double>: StateLanes {
  static var bits: Int { 2 }
  @inline(__always) static func flipped(_ x: Self, bit: Int) -> Self {
    switch bit {
    case 0:
      var result = Self()
      (result.evenHalf, result.oddHalf) = (x.oddHalf, x.evenHalf)
      return result
    default: return Self(lowHalf: x.highHalf, highHalf: x.lowHalf)
    }
  }
}

extension SIMD16<Float>: StateLanes {
  static var bits: Int { 4 }
  @inline(__always) static func flipped(_ x: Self, bit: Int) -> Self {
    bit == 3
      ? Self(lowHalf: x.highHalf, highHalf: x.lowHalf)
      : Self(
        lowHalf: SIMD8<Float>.flipped(x.lowHalf, bit: bit), highHalf: SIMD8<Float>.flipped(x.highHalf, bit: bit))
  }
}
