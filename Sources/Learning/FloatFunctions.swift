// Exponential, logarithm and their kin in Float, without branches or calls, so that loops over them vectorise.
// Double goes through the C library (Operations/ElementFunctions.swift).

import COpenMP

/// Each is a polynomial on a small range (minimax, fitted for this file) behind an exact reduction of the argument.
/// Errors stay below 2 units in the last place unless said otherwise; NaN and infinities do as in the C library.
enum FloatFunctions {
  @inline(__always) static func multiplyAdd(_ a: Float, _ b: Float, _ c: Float) -> Float {
    HQNN_HAS_FMA != 0 ? c.addingProduct(a, b) : c + a * b
  }

  @inline(__always) static func exponential(_ x: Float) -> Float {
    // Beyond these, the result is infinite or 0.
    let bounded = x > 89 ? 89 : (x < -104 ? -104 : x)
    let magic: Float = 12_582_912  // 1.5 · 2²³: adding it rounds to an integer
    let shifted = multiplyAdd(bounded, 1.442_695_04, magic)
    let n = shifted - magic
    // ln 2 in two parts; the first has so few digits that its product with n is exact.
    var r = multiplyAdd(n, -0.693_359_375, bounded)
    r = multiplyAdd(n, 2.121_944_4e-4, r)
    var p: Float = 1.381_346_758_4e-3
    p = multiplyAdd(p, r, 8.369_421_848_8e-3)
    p = multiplyAdd(p, r, 4.166_845_211_5e-2)
    p = multiplyAdd(p, r, 1.666_651_475_5e-1)
    p = multiplyAdd(p, r, 4.999_999_306_2e-1)
    let y = multiplyAdd(r * r, p, r) + 1
    // 2ⁿ as two factors, so that neither leaves the range of exponents.
    let whole = Int32(bitPattern: shifted.bitPattern &- magic.bitPattern)
    let half = whole &>> 1
    return y * powerOfTwo(half) * powerOfTwo(whole &- half)
  }

  /// 2ⁿ for n in -126...127.
  @inline(__always) private static func powerOfTwo(_ n: Int32) -> Float {
    Float(bitPattern: UInt32(bitPattern: (n &+ 127) &<< 23))
  }

  /// exp(x) - 1; up to 3 units in the last place beyond |x| = 0.35.
  @inline(__always) static func exponentialMinusOne(_ x: Float) -> Float {
    let far = exponential(x) - 1
    var p: Float = 1.991_262_8e-4
    p = multiplyAdd(p, x, 1.394_212_4e-3)
    p = multiplyAdd(p, x, 8.333_276_1e-3)
    p = multiplyAdd(p, x, 4.166_634_07e-2)
    p = multiplyAdd(p, x, 1.666_666_68e-1)
    p = multiplyAdd(p, x, 5.000_000_05e-1)
    let near = multiplyAdd(x * x, p, x)
    return x.magnitude < 0.35 ? near : far
  }

  @inline(__always) static func logarithm(_ x: Float) -> Float {
    let isTiny = x < 0x1p-126
    let scaled = isTiny ? x * 8_388_608 : x
    // x = 2ᵉ m with m in [√½, √2)
    let root: UInt32 = 0x3f35_04f3
    let bits = scaled.bitPattern &- root
    let exponent = Float(Int32(bitPattern: bits) &>> 23) - (isTiny ? 23 : 0)
    let f = Float(bitPattern: (bits & 0x7f_ffff) &+ root) - 1
    let s = f / (2 + f)
    let z = s * s
    var p: Float = 2.359_652_4e-1
    p = multiplyAdd(p, z, 2.853_659_3e-1)
    p = multiplyAdd(p, z, 4.000_034_6e-1)
    p = multiplyAdd(p, z, 6.666_666_56e-1)
    let half = 0.5 * f * f
    // log m = f - f²/2 + s (f²/2 + z p), smallest terms first
    let small = multiplyAdd(s, multiplyAdd(z, p, half), exponent * -2.121_944_4e-4)
    let y = small - half + f + exponent * 0.693_359_375
    let outside: Float = x == 0 ? -.infinity : .nan
    return x > 0 ? (x == .infinity ? x : y) : outside
  }

  /// log(1 + x): what 1 + x lost in rounding is put back by the first term of the series.
  @inline(__always) static func logarithmOfOnePlus(_ x: Float) -> Float {
    let sum = 1 + x
    let lost = (x - (sum - 1)) / sum
    let y = logarithm(sum) + lost
    return sum > 0 ? (sum == .infinity ? x : y) : logarithm(sum)
  }

  /// 1 / (1 + exp(-x)), from the exponential that cannot overflow.
  @inline(__always) static func sigmoid(_ x: Float) -> Float {
    let e = exponential(-x.magnitude)
    let y = 1 / (1 + e)
    return x < 0 ? e * y : y
  }

  @inline(__always) static func hyperbolicTangent(_ x: Float) -> Float {
    let z = x * x
    var p: Float = -5.716_830_9e-3
    p = multiplyAdd(p, z, 2.065_037_35e-2)
    p = multiplyAdd(p, z, -5.374_342_37e-2)
    p = multiplyAdd(p, z, 1.333_149_03e-1)
    p = multiplyAdd(p, z, -3.333_328_39e-1)
    let near = multiplyAdd(x * z, p, x)
    let size = x.magnitude
    let far = 1 - 2 / (exponential(2 * size) + 1)
    return size < 0.625 ? near : (x < 0 ? -far : far)
  }

  /// 2/√π ∫ exp(-t²) from x to ∞, as t exp(-x² + p(t)) with t = 1 / (1 + |x|/2); to some 10⁻⁷ of its value near 0,
  /// 10⁻⁶ where it has fallen to 10⁻⁷.
  @inline(__always) static func complementaryError(_ x: Float) -> Float {
    let size = x.magnitude
    let t = 1 / (1 + 0.5 * size)
    var p: Float = 1.682_695_63e-1
    p = multiplyAdd(p, t, -8.066_568_62e-1)
    p = multiplyAdd(p, t, 1.449_293_42)
    p = multiplyAdd(p, t, -1.080_015_59)
    p = multiplyAdd(p, t, 2.315_594_27e-1)
    p = multiplyAdd(p, t, -1.608_512_95e-1)
    p = multiplyAdd(p, t, 8.828_519_14e-2)
    p = multiplyAdd(p, t, 3.757_736_68e-1)
    p = multiplyAdd(p, t, 9.998_474_32e-1)
    p = multiplyAdd(p, t, -1.265_504_89)
    let y = t * exponential(p - size * size)
    return x < 0 ? 2 - y : y
  }
}
