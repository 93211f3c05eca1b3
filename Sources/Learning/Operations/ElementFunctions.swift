// The functions of one real variable that tensors can be mapped with, each with its derivative.

import Glibc
import Tensors

/// Float or Double with the functions of analysis: Float's own, which vectorise, and the C library's for Double.
protocol RealElement: Element {
  static func exponential(_ x: Self) -> Self
  /// exp(x) - 1, exact for small x.
  static func exponentialMinusOne(_ x: Self) -> Self
  static func logarithm(_ x: Self) -> Self
  /// log(1 + x), exact for small x.
  static func logarithmOfOnePlus(_ x: Self) -> Self
  static func hyperbolicTangent(_ x: Self) -> Self
  static func sigmoid(_ x: Self) -> Self
  /// 2/√π ∫ exp(-t²) from x to ∞.
  static func complementaryError(_ x: Self) -> Self
  static func sine(_ x: Self) -> Self
  static func cosine(_ x: Self) -> Self
  static func power(_ x: Self, _ exponent: Self) -> Self
}
extension Float: RealElement {
  @inline(__always) static func exponential(_ x: Float) -> Float { FloatFunctions.exponential(x) }
  @inline(__always) static func exponentialMinusOne(_ x: Float) -> Float { FloatFunctions.exponentialMinusOne(x) }
  @inline(__always) static func logarithm(_ x: Float) -> Float { FloatFunctions.logarithm(x) }
  @inline(__always) static func logarithmOfOnePlus(_ x: Float) -> Float { FloatFunctions.logarithmOfOnePlus(x) }
  @inline(__always) static func hyperbolicTangent(_ x: Float) -> Float { FloatFunctions.hyperbolicTangent(x) }
  @inline(__always) static func sigmoid(_ x: Float) -> Float { FloatFunctions.sigmoid(x) }
  @inline(__always) static func complementaryError(_ x: Float) -> Float { FloatFunctions.complementaryError(x) }
  static func sine(_ x: Float) -> Float { sinf(x) }
  static func cosine(_ x: Float) -> Float { cosf(x) }
  static func power(_ x: Float, _ exponent: Float) -> Float { powf(x, exponent) }
}
extension Double: RealElement {
  static func exponential(_ x: Double) -> Double { exp(x) }
  static func exponentialMinusOne(_ x: Double) -> Double { expm1(x) }
  static func logarithm(_ x: Double) -> Double { log(x) }
  static func logarithmOfOnePlus(_ x: Double) -> Double { log1p(x) }
  static func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }
  static func sigmoid(_ x: Double) -> Double {
    let e = exp(-x.magnitude)
    return x < 0 ? e / (1 + e) : 1 / (1 + e)
  }
  static func complementaryError(_ x: Double) -> Double { erfc(x) }
  static func sine(_ x: Double) -> Double { sin(x) }
  static func cosine(_ x: Double) -> Double { cos(x) }
  static func power(_ x: Double, _ exponent: Double) -> Double { pow(x, exponent) }
}

/// y = f(x) and dy/dx, the latter from whichever of x and y is cheaper.
protocol ElementFunction {
  func value<S: RealElement>(_ x: S) -> S
  func slope<S: RealElement>(_ x: S, _ y: S) -> S
  /// Whether value and slope are a few instructions.
  static var isCheap: Bool { get }
  /// The loops are requirements, so that each function has its own: records call them without knowing the type, and
  /// a generic loop would ask for every element what its function is.
  func run(_ x: Tensor, into y: Tensor)
  func pull(_ gradient: Tensor, x: Tensor, y: Tensor, into target: Tensor, adding: Bool)
}

extension ElementFunction {
  static var isCheap: Bool { false }
  func run(_ x: Tensor, into y: Tensor) { Learning.map(self, x, into: y) }
  func pull(_ gradient: Tensor, x: Tensor, y: Tensor, into target: Tensor, adding: Bool) {
    mapBackward(self, x: x, y: y, gradient: gradient, into: target, adding: adding)
  }
}

/// max(0, x); the slope at 0 is 0.  NaN stays NaN.
struct Relu: ElementFunction {
  static var isCheap: Bool { true }
  @inline(__always) func value<S: RealElement>(_ x: S) -> S { x < 0 ? 0 : x }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ y: S) -> S { y > 0 ? 1 : 0 }
}

/// 1 / (1 + exp(-x))
struct Sigmoid: ElementFunction {
  @inline(__always) func value<S: RealElement>(_ x: S) -> S { S.sigmoid(x) }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ y: S) -> S { y * (1 - y) }
}

struct Tanh: ElementFunction {
  @inline(__always) func value<S: RealElement>(_ x: S) -> S { S.hyperbolicTangent(x) }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ y: S) -> S { 1 - y * y }
}

struct Exp: ElementFunction {
  @inline(__always) func value<S: RealElement>(_ x: S) -> S { S.exponential(x) }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ y: S) -> S { y }
}

/// The natural logarithm; NaN below 0.
struct Log: ElementFunction {
  @inline(__always) func value<S: RealElement>(_ x: S) -> S { S.logarithm(x) }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ y: S) -> S { 1 / x }
}

/// NaN below 0; the slope at 0 is infinite.
struct Sqrt: ElementFunction {
  @inline(__always) func value<S: RealElement>(_ x: S) -> S { x.squareRoot() }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ y: S) -> S { 1 / (2 * y) }
}

/// |x|; the slope at 0 is 0.
struct Abs: ElementFunction {
  static var isCheap: Bool { true }
  @inline(__always) func value<S: RealElement>(_ x: S) -> S { x.magnitude }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ y: S) -> S {
    x > 0 ? 1 : (x < 0 ? -1 : 0)
  }
}

struct Sin: ElementFunction {
  @inline(__always) func value<S: RealElement>(_ x: S) -> S { S.sine(x) }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ y: S) -> S { S.cosine(x) }
}

struct Cos: ElementFunction {
  @inline(__always) func value<S: RealElement>(_ x: S) -> S { S.cosine(x) }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ y: S) -> S { -S.sine(x) }
}

struct Square: ElementFunction {
  static var isCheap: Bool { true }
  @inline(__always) func value<S: RealElement>(_ x: S) -> S { x * x }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ y: S) -> S { 2 * x }
}

struct Negate: ElementFunction {
  static var isCheap: Bool { true }
  @inline(__always) func value<S: RealElement>(_ x: S) -> S { -x }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ y: S) -> S { -1 }
}

/// -1, 0 or 1; NaN stays NaN.  The slope is 0 everywhere, as for the functions that round.
struct Sign: ElementFunction {
  static var isCheap: Bool { true }
  @inline(__always) func value<S: RealElement>(_ x: S) -> S { x > 0 ? 1 : (x < 0 ? -1 : x) }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ y: S) -> S { 0 }
}

struct Floor: ElementFunction {
  static var isCheap: Bool { true }
  @inline(__always) func value<S: RealElement>(_ x: S) -> S { x.rounded(.down) }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ y: S) -> S { 0 }
}

struct Ceil: ElementFunction {
  static var isCheap: Bool { true }
  @inline(__always) func value<S: RealElement>(_ x: S) -> S { x.rounded(.up) }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ y: S) -> S { 0 }
}

/// To the nearest integer, halves to the even one.
struct Round: ElementFunction {
  static var isCheap: Bool { true }
  @inline(__always) func value<S: RealElement>(_ x: S) -> S { x.rounded(.toNearestOrEven) }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ y: S) -> S { 0 }
}

/// log(1 + x); NaN below -1.
struct Log1p: ElementFunction {
  @inline(__always) func value<S: RealElement>(_ x: S) -> S { S.logarithmOfOnePlus(x) }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ y: S) -> S { 1 / (1 + x) }
}

/// exp(x) - 1
struct Expm1: ElementFunction {
  @inline(__always) func value<S: RealElement>(_ x: S) -> S { S.exponentialMinusOne(x) }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ y: S) -> S { y + 1 }
}

struct Reciprocal: ElementFunction {
  static var isCheap: Bool { true }
  @inline(__always) func value<S: RealElement>(_ x: S) -> S { 1 / x }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ y: S) -> S { -y * y }
}

/// x to a constant power; the slope of x⁰ is 0 everywhere.
struct PowerOf: ElementFunction {
  let exponent: Double
  @inline(__always) func value<S: RealElement>(_ x: S) -> S { S.power(x, S(exponent)) }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ y: S) -> S {
    exponent == 0 ? 0 : S(exponent) * S.power(x, S(exponent - 1))
  }
}

/// x within [low, high]; the slope is 1 there, the bounds included, and 0 outside.  NaN stays NaN.
struct Clamp: ElementFunction {
  let low, high: Double
  static var isCheap: Bool { true }
  @inline(__always) func value<S: RealElement>(_ x: S) -> S {
    x < S(low) ? S(low) : (x > S(high) ? S(high) : x)
  }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ y: S) -> S { x >= S(low) && x <= S(high) ? 1 : 0 }
}
