// a + b, a - b, a * b, a / b, element by element, with NumPy's broadcasting.

import Tensors

/// A function of two numbers, and what a gradient g of its result is for either of them.
protocol BinaryFunction {
  static func value<S: Element>(_ a: S, _ b: S) -> S
  static func gradientA<S: Element>(_ g: S, _ a: S, _ b: S) -> S
  static func gradientB<S: Element>(_ g: S, _ a: S, _ b: S) -> S
}

enum Add: BinaryFunction {
  @inline(__always) static func value<S: Element>(_ a: S, _ b: S) -> S { a + b }
  @inline(__always) static func gradientA<S: Element>(_ g: S, _ a: S, _ b: S) -> S { g }
  @inline(__always) static func gradientB<S: Element>(_ g: S, _ a: S, _ b: S) -> S { g }
}

enum Subtract: BinaryFunction {
  @inline(__always) static func value<S: Element>(_ a: S, _ b: S) -> S { a - b }
  @inline(__always) static func gradientA<S: Element>(_ g: S, _ a: S, _ b: S) -> S { g }
  @inline(__always) static func gradientB<S: Element>(_ g: S, _ a: S, _ b: S) -> S { -g }
}

enum Multiply: BinaryFunction {
  @inline(__always) static func value<S: Element>(_ a: S, _ b: S) -> S { a * b }
  @inline(__always) static func gradientA<S: Element>(_ g: S, _ a: S, _ b: S) -> S { g * b }
  @inline(__always) static func gradientB<S: Element>(_ g: S, _ a: S, _ b: S) -> S { g * a }
}

enum Divide: BinaryFunction {
  @inline(__always) static func value<S: Element>(_ a: S, _ b: S) -> S { a / b }
  @inline(__always) static func gradientA<S: Element>(_ g: S, _ a: S, _ b: S) -> S { g / b }
  @inline(__always) static func gradientB<S: Element>(_ g: S, _ a: S, _ b: S) -> S { -g * a / (b * b) }
}

struct Binary<F: BinaryFunction>: Operation {
  let a, b: Variable
  let plan: BroadcastPlan

  var operands: [Variable] { [a, b] }

  static func apply(_ a: Variable, _ b: Variable) throws -> Variable {
    try Variable.checkTypes(a, b)
    let plan = try BroadcastPlan(a.shape, b.shape)
    try ensureFits(a.type, plan.result)
    let result = Tensor(uninitialized: a.type, plan.result)
    broadcast(F.self, a.value, b.value, into: result, plan)
    return .result(result, of: Binary(a: a, b: b, plan: plan))
  }

  func backward(_ gradient: Tensor) {
    if a.requiresGradient {
      a.accumulate {
        broadcastBackward(F.self, side: .a, gradient, a.value, b.value, into: $0, adding: $1, plan)
      }
    }
    if b.requiresGradient {
      b.accumulate {
        broadcastBackward(F.self, side: .b, gradient, a.value, b.value, into: $0, adding: $1, plan)
      }
    }
  }
}

extension Variable {
  public static func + (a: Variable, b: Variable) throws -> Variable { try Binary<Add>.apply(a, b) }
  public static func - (a: Variable, b: Variable) throws -> Variable { try Binary<Subtract>.apply(a, b) }
  public static func * (a: Variable, b: Variable) throws -> Variable { try Binary<Multiply>.apply(a, b) }
  public static func / (a: Variable, b: Variable) throws -> Variable { try Binary<Divide>.apply(a, b) }
}
