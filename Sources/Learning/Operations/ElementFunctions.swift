// The functions of one real variable that tensors can be mapped with, each with its derivative.

import Glibc
import Tensors

/// Float or Double with the functions of the C library.
protocol RealElement: Element {
  static func exponential(_ x: Self) -> Self
  static func logarithm(_ x: Self) -> Self
  /// log(1 + x), exact for small x.
  static func logarithmOfOnePlus(_ x: Self) -> Self
  static func hyperbolicTangent(_ x: Self) -> Self
  static func sine(_ x: Self) -> Self
  static func cosine(_ x: Self) -> Self
}
extension Float: RealElement {
  static func exponential(_ x: Float) -> Float { expf(x) }
  static func logarithm(_ x: Float) -> Float { logf(x) }
  static func logarithmOfOnePlus(_ x: Float) -> Float { log1pf(x) }
  static func hyperbolicTangent(_ x: Float) -> Float { tanhf(x) }
  static func sine(_ x: Float) -> Float { sinf(x) }
  static func cosine(_ x: Float) -> Float { cosf(x) }
}
extension Double: RealElement {
  static func exponential(_ x: Double) -> Double { exp(x) }
  static func logarithm(_ x: Double) -> Double { log(x) }
  static func logarithmOfOnePlus(_ x: Double) -> Double { log1p(x) }
  static func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }
  static func sine(_ x: Double) -> Double { sin(x) }
  static func cosine(_ x: Double) -> Double { cos(x) }
}

/// y = f(x) and dy/dx, the latter from whichever of x and y is cheaper.
protocol ElementFunction {
  static func value<S: RealElement>(_ x: S) -> S
  static func slope<S: RealElement>(_ x: S, _ y: S) -> S
  /// Whether value and slope are a few instructions.
  static var isCheap: Bool { get }
}

extension ElementFunction {
  static var isCheap: Bool { false }
}

/// max(0, x); the slope at 0 is 0.  NaN stays NaN.
enum Relu: ElementFunction {
  static var isCheap: Bool { true }
  @inline(__always) static func value<S: RealElement>(_ x: S) -> S { x < 0 ? 0 : x }
  @inline(__always) static func slope<S: RealElement>(_ x: S, _ y: S) -> S { y > 0 ? 1 : 0 }
}

/// 1 / (1 + exp(-x))
enum Sigmoid: ElementFunction {
  @inline(__always) static func value<S: RealElement>(_ x: S) -> S { 1 / (1 + S.exponential(-x)) }
  @inline(__always) static func slope<S: RealElement>(_ x: S, _ y: S) -> S { y * (1 - y) }
}

enum Tanh: ElementFunction {
  @inline(__always) static func value<S: RealElement>(_ x: S) -> S { S.hyperbolicTangent(x) }
  @inline(__always) static func slope<S: RealElement>(_ x: S, _ y: S) -> S { 1 - y * y }
}

enum Exp: ElementFunction {
  @inline(__always) static func value<S: RealElement>(_ x: S) -> S { S.exponential(x) }
  @inline(__always) static func slope<S: RealElement>(_ x: S, _ y: S) -> S { y }
}

/// The natural logarithm; NaN below 0.
enum Log: ElementFunction {
  @inline(__always) static func value<S: RealElement>(_ x: S) -> S { S.logarithm(x) }
  @inline(__always) static func slope<S: RealElement>(_ x: S, _ y: S) -> S { 1 / x }
}

/// NaN below 0; the slope at 0 is infinite.
enum Sqrt: ElementFunction {
  @inline(__always) static func value<S: RealElement>(_ x: S) -> S { x.squareRoot() }
  @inline(__always) static func slope<S: RealElement>(_ x: S, _ y: S) -> S { 1 / (2 * y) }
}

/// |x|; the slope at 0 is 0.
enum Abs: ElementFunction {
  static var isCheap: Bool { true }
  @inline(__always) static func value<S: RealElement>(_ x: S) -> S { x.magnitude }
  @inline(__always) static func slope<S: RealElement>(_ x: S, _ y: S) -> S {
    x > 0 ? 1 : (x < 0 ? -1 : 0)
  }
}

enum Sin: ElementFunction {
  @inline(__always) static func value<S: RealElement>(_ x: S) -> S { S.sine(x) }
  @inline(__always) static func slope<S: RealElement>(_ x: S, _ y: S) -> S { S.cosine(x) }
}

enum Cos: ElementFunction {
  @inline(__always) static func value<S: RealElement>(_ x: S) -> S { S.cosine(x) }
  @inline(__always) static func slope<S: RealElement>(_ x: S, _ y: S) -> S { -S.sine(x) }
}

enum Square: ElementFunction {
  static var isCheap: Bool { true }
  @inline(__always) static func value<S: RealElement>(_ x: S) -> S { x * x }
  @inline(__always) static func slope<S: RealElement>(_ x: S, _ y: S) -> S { 2 * x }
}

/// The functions by name.  Raw values are those of `hqnn_function`.
public enum Function: UInt32, CaseIterable, Sendable {
  case relu = 0, sigmoid, tanh, exp, log, sqrt, abs, sin, cos, square
}
