// SIMD vectors whose lanes are samples, and the arithmetic that kernels need of them.
// Generic kernels are written once over `Lanes` and specialised for both element types.

import COpenMP
import Circuits
import Tensors

/// A 512-bit vector of samples: 16 Floats or 8 Doubles.
protocol Lanes: SIMD, Sendable where Scalar: Element {
  static func add(_ a: Self, _ b: Self) -> Self
  static func sub(_ a: Self, _ b: Self) -> Self
  static func mul(_ a: Self, _ b: Self) -> Self
  /// a·b + c, fused where the processor can.
  static func mulAdd(_ a: Self, _ b: Self, _ c: Self) -> Self
  /// c - a·b
  static func mulSub(_ a: Self, _ b: Self, _ c: Self) -> Self
  /// -a
  static func negative(_ a: Self) -> Self
  /// Sine and cosine; correct to rounding where |x| <= sincosLimit.
  static func sincos(_ x: Self) -> (sin: Self, cos: Self)
  static var sincosLimit: Scalar { get }
  /// The largest magnitude of two vectors, lane by lane; NaN counts as larger than anything.
  static func largerMagnitude(_ a: Self, _ b: Self) -> Self
  var total: Scalar { get }
  /// a[t] = pairs[2t], b[t] = pairs[2t + 1] for t < count.
  static func splitPairs(
    _ pairs: UnsafePointer<Scalar>, _ a: UnsafeMutablePointer<Scalar>, _ b: UnsafeMutablePointer<Scalar>,
    _ count: Int)
  /// rows[4t + k] = planes[k·stride + t] for t < count, k < 4.
  static func interleaveFour(
    _ planes: UnsafePointer<Scalar>, stride: Int, _ rows: UnsafeMutablePointer<Scalar>, _ count: Int)
}

extension Lanes {
  @inline(__always) static func + (a: Self, b: Self) -> Self { add(a, b) }
  @inline(__always) static func - (a: Self, b: Self) -> Self { sub(a, b) }
  @inline(__always) static func * (a: Self, b: Self) -> Self { mul(a, b) }
  @inline(__always) static prefix func - (a: Self) -> Self { negative(a) }
  @inline(__always) static var zeros: Self { Self(repeating: 0) }
  @inline(__always) static func all(_ x: Double) -> Self { Self(repeating: Scalar(x)) }

  /// Sine and cosine lane by lane through the C library, for huge angles.
  static func slowSincos(_ x: Self) -> (sin: Self, cos: Self) {
    var (s, c) = (zeros, zeros)
    for i in x.indices {
      let (sine, cosine) = sineAndCosine(Double(x[i]))
      s[i] = Scalar(sine)
      c[i] = Scalar(cosine)
    }
    return (s, c)
  }
}

extension Lanes {
  /// 1 / √x, and 0 for 0.
  static func inverseRoot(_ x: Self) -> Self {
    var result = zeros
    for i in x.indices where x[i] > 0 { result[i] = 1 / x[i].squareRoot() }
    return result
  }
}

extension SIMD16<Float>: Lanes {
  @inline(__always) static func add(_ a: Self, _ b: Self) -> Self { vectorSum(a, b) }
  @inline(__always) static func sub(_ a: Self, _ b: Self) -> Self { vectorDifference(a, b) }
  @inline(__always) static func mul(_ a: Self, _ b: Self) -> Self { vectorProduct(a, b) }
  @inline(__always) static func mulAdd(_ a: Self, _ b: Self, _ c: Self) -> Self {
    HQNN_HAS_FMA != 0 ? c.addingProduct(a, b) : c + a * b
  }
  @inline(__always) static func mulSub(_ a: Self, _ b: Self, _ c: Self) -> Self {
    HQNN_HAS_FMA != 0 ? c.addingProduct(negative(a), b) : c - a * b
  }
  @inline(__always) static func negative(_ a: Self) -> Self {
    unsafeBitCast(
      unsafeBitCast(a, to: SIMD16<UInt32>.self) ^ SIMD16<UInt32>(repeating: 0x8000_0000), to: Self.self)
  }
  @inline(__always) var total: Float {
    let a = lowHalf + highHalf
    let b = a.lowHalf + a.highHalf
    let c = b.lowHalf + b.highHalf
    return c.x + c.y
  }
  @inline(__always) static func splitPairs(
    _ pairs: UnsafePointer<Float>, _ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>,
    _ count: Int
  ) {
    let (source, toA, toB) = (UnsafeRawPointer(pairs), UnsafeMutableRawPointer(a), UnsafeMutableRawPointer(b))
    let width = MemoryLayout<Float>.stride
    var t = 0
    while t + 8 <= count {
      let both = source.loadUnaligned(fromByteOffset: 2 * t * width, as: Self.self)
      toA.storeBytes(of: both.evenHalf, toByteOffset: t * width, as: SIMD8<Float>.self)
      toB.storeBytes(of: both.oddHalf, toByteOffset: t * width, as: SIMD8<Float>.self)
      t += 8
    }
    while t < count {
      (a[t], b[t]) = (pairs[2 * t], pairs[2 * t + 1])
      t += 1
    }
  }
  @inline(__always) static func interleaveFour(
    _ planes: UnsafePointer<Float>, stride: Int, _ rows: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    let (source, target) = (UnsafeRawPointer(planes), UnsafeMutableRawPointer(rows))
    let width = MemoryLayout<Float>.stride
    var t = 0
    while t + 4 <= count {
      func plane(_ k: Int) -> SIMD4<Float> {
        source.loadUnaligned(fromByteOffset: (k * stride + t) * width, as: SIMD4<Float>.self)
      }
      let (a, b, c, d) = (plane(0), plane(1), plane(2), plane(3))
      var (ac, bd) = (SIMD8<Float>(), SIMD8<Float>())
      (ac.evenHalf, ac.oddHalf) = (a, c)
      (bd.evenHalf, bd.oddHalf) = (b, d)
      var all = Self()
      (all.evenHalf, all.oddHalf) = (ac, bd)
      target.storeBytes(of: all, toByteOffset: 4 * t * width, as: Self.self)
      t += 4
    }
    while t < count {
      for k in 0..<4 { rows[4 * t + k] = planes[k * stride + t] }
      t += 1
    }
  }
  @inline(__always) static func largerMagnitude(_ a: Self, _ b: Self) -> Self {
    let mask = SIMD16<UInt32>(repeating: 0x7fff_ffff)
    let (p, q) = (unsafeBitCast(a, to: SIMD16<UInt32>.self) & mask, unsafeBitCast(b, to: SIMD16<UInt32>.self) & mask)
    return unsafeBitCast(pointwiseMax(p, q), to: Self.self)
  }

  static var sincosLimit: Float { 8192 }

  /// Reduction by multiples of π/2 in three parts (Cody and Waite 1980) and the minimax polynomials
  /// of the Cephes library (Moshier 1989) on [-π/4, π/4].
  @inline(__always) static func sincos(_ x: Self) -> (sin: Self, cos: Self) {
    let magic = Self(repeating: 12_582_912)  // 1.5 · 2^23: adding it rounds to an integer
    let shifted = mulAdd(x, Self(repeating: 0.636_619_772), magic)
    let quarter = unsafeBitCast(shifted, to: SIMD16<UInt32>.self)
    let k = shifted - magic
    var r = mulAdd(k, Self(repeating: -1.5703125), x)
    r = mulAdd(k, Self(repeating: -4.837512969970703125e-4), r)
    r = mulAdd(k, Self(repeating: -7.549789948768648e-8), r)
    let z = r * r
    var s = mulAdd(z, Self(repeating: -1.951_529_589_1e-4), Self(repeating: 8.332_160_873_6e-3))
    s = mulAdd(s, z, Self(repeating: -1.666_665_461_1e-1))
    s = mulAdd(s * z, r, r)
    var c = mulAdd(z, Self(repeating: 2.443_315_711_809_948e-5), Self(repeating: -1.388_731_625_493_765e-3))
    c = mulAdd(c, z, Self(repeating: 4.166_664_568_298_827e-2))
    c = mulAdd(c * z, z, mulAdd(z, Self(repeating: -0.5), Self(repeating: 1)))
    let one = SIMD16<UInt32>(repeating: 1)
    let swap = SIMD16<UInt32>() &- (quarter & one)
    let (sb, cb) = (unsafeBitCast(s, to: SIMD16<UInt32>.self), unsafeBitCast(c, to: SIMD16<UInt32>.self))
    let mixed = (sb ^ cb) & swap
    let two = SIMD16<UInt32>(repeating: 2)
    let sinSign = (quarter & two) &<< SIMD16<UInt32>(repeating: 30)
    let cosSign = ((quarter &+ one) & two) &<< SIMD16<UInt32>(repeating: 30)
    return (
      unsafeBitCast(sb ^ mixed ^ sinSign, to: Self.self),
      unsafeBitCast(cb ^ mixed ^ cosSign, to: Self.self)
    )
  }
}

extension SIMD8<Double>: Lanes {
  @inline(__always) static func add(_ a: Self, _ b: Self) -> Self { vectorSum(a, b) }
  @inline(__always) static func sub(_ a: Self, _ b: Self) -> Self { vectorDifference(a, b) }
  @inline(__always) static func mul(_ a: Self, _ b: Self) -> Self { vectorProduct(a, b) }
  @inline(__always) static func mulAdd(_ a: Self, _ b: Self, _ c: Self) -> Self {
    HQNN_HAS_FMA != 0 ? c.addingProduct(a, b) : c + a * b
  }
  @inline(__always) static func mulSub(_ a: Self, _ b: Self, _ c: Self) -> Self {
    HQNN_HAS_FMA != 0 ? c.addingProduct(negative(a), b) : c - a * b
  }
  @inline(__always) static func negative(_ a: Self) -> Self {
    unsafeBitCast(
      unsafeBitCast(a, to: SIMD8<UInt64>.self) ^ SIMD8<UInt64>(repeating: 1 << 63), to: Self.self)
  }
  @inline(__always) var total: Double {
    let a = lowHalf + highHalf
    let b = a.lowHalf + a.highHalf
    return b.x + b.y
  }
  @inline(__always) static func splitPairs(
    _ pairs: UnsafePointer<Double>, _ a: UnsafeMutablePointer<Double>, _ b: UnsafeMutablePointer<Double>,
    _ count: Int
  ) {
    let (source, toA, toB) = (UnsafeRawPointer(pairs), UnsafeMutableRawPointer(a), UnsafeMutableRawPointer(b))
    let width = MemoryLayout<Double>.stride
    var t = 0
    while t + 4 <= count {
      let both = source.loadUnaligned(fromByteOffset: 2 * t * width, as: Self.self)
      toA.storeBytes(of: both.evenHalf, toByteOffset: t * width, as: SIMD4<Double>.self)
      toB.storeBytes(of: both.oddHalf, toByteOffset: t * width, as: SIMD4<Double>.self)
      t += 4
    }
    while t < count {
      (a[t], b[t]) = (pairs[2 * t], pairs[2 * t + 1])
      t += 1
    }
  }
  @inline(__always) static func interleaveFour(
    _ planes: UnsafePointer<Double>, stride: Int, _ rows: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    let (source, target) = (UnsafeRawPointer(planes), UnsafeMutableRawPointer(rows))
    let width = MemoryLayout<Double>.stride
    var t = 0
    while t + 2 <= count {
      func plane(_ k: Int) -> SIMD2<Double> {
        source.loadUnaligned(fromByteOffset: (k * stride + t) * width, as: SIMD2<Double>.self)
      }
      let (a, b, c, d) = (plane(0), plane(1), plane(2), plane(3))
      var (ac, bd) = (SIMD4<Double>(), SIMD4<Double>())
      (ac.evenHalf, ac.oddHalf) = (a, c)
      (bd.evenHalf, bd.oddHalf) = (b, d)
      var all = Self()
      (all.evenHalf, all.oddHalf) = (ac, bd)
      target.storeBytes(of: all, toByteOffset: 4 * t * width, as: Self.self)
      t += 2
    }
    while t < count {
      for k in 0..<4 { rows[4 * t + k] = planes[k * stride + t] }
      t += 1
    }
  }
  @inline(__always) static func largerMagnitude(_ a: Self, _ b: Self) -> Self {
    let mask = SIMD8<Int64>(repeating: Int64.max)
    let (p, q) = (unsafeBitCast(a, to: SIMD8<Int64>.self) & mask, unsafeBitCast(b, to: SIMD8<Int64>.self) & mask)
    return unsafeBitCast(pointwiseMax(p, q), to: Self.self)
  }

  static var sincosLimit: Double { 1e6 }

  /// As for Float, with π/2 split into parts of 33 bits.
  @inline(__always) static func sincos(_ x: Self) -> (sin: Self, cos: Self) {
    let magic = Self(repeating: 0x1.8p52)
    let shifted = mulAdd(x, Self(repeating: 0.636_619_772_367_581_343_08), magic)
    let quarter = unsafeBitCast(shifted, to: SIMD8<UInt64>.self)
    let k = shifted - magic
    var r = mulAdd(k, Self(repeating: -1.57079632673412561417e+00), x)
    r = mulAdd(k, Self(repeating: -6.07710050630396597660e-11), r)
    r = mulAdd(k, Self(repeating: -2.02226624879595063154e-21), r)
    let z = r * r
    var s = mulAdd(z, Self(repeating: 1.58962301576546568060e-10), Self(repeating: -2.50507477628578072866e-8))
    s = mulAdd(s, z, Self(repeating: 2.75573136213857245213e-6))
    s = mulAdd(s, z, Self(repeating: -1.98412698295895385996e-4))
    s = mulAdd(s, z, Self(repeating: 8.33333333332211858878e-3))
    s = mulAdd(s, z, Self(repeating: -1.66666666666666307295e-1))
    s = mulAdd(s * z, r, r)
    var c = mulAdd(z, Self(repeating: -1.13585365213876817300e-11), Self(repeating: 2.08757008419747316778e-9))
    c = mulAdd(c, z, Self(repeating: -2.75573141792967388112e-7))
    c = mulAdd(c, z, Self(repeating: 2.48015872888517045348e-5))
    c = mulAdd(c, z, Self(repeating: -1.38888888888730564116e-3))
    c = mulAdd(c, z, Self(repeating: 4.16666666666665929218e-2))
    c = mulAdd(c * z, z, mulAdd(z, Self(repeating: -0.5), Self(repeating: 1)))
    let one = SIMD8<UInt64>(repeating: 1)
    let swap = SIMD8<UInt64>() &- (quarter & one)
    let (sb, cb) = (unsafeBitCast(s, to: SIMD8<UInt64>.self), unsafeBitCast(c, to: SIMD8<UInt64>.self))
    let mixed = (sb ^ cb) & swap
    let two = SIMD8<UInt64>(repeating: 2)
    let sinSign = (quarter & two) &<< SIMD8<UInt64>(repeating: 62)
    let cosSign = ((quarter &+ one) & two) &<< SIMD8<UInt64>(repeating: 62)
    return (
      unsafeBitCast(sb ^ mixed ^ sinSign, to: Self.self),
      unsafeBitCast(cb ^ mixed ^ cosSign, to: Self.self)
    )
  }
}
