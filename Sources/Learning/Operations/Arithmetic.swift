// a + b, a - b, a * b, a / b, powers, the larger and the smaller, element by element, with NumPy's broadcasting.

import Tensors

/// A function of two numbers, and what a gradient g of its result is for either of them.
protocol BinaryFunction {
  static func value<S: RealElement>(_ a: S, _ b: S) -> S
  static func gradientA<S: RealElement>(_ g: S, _ a: S, _ b: S) -> S
  static func gradientB<S: RealElement>(_ g: S, _ a: S, _ b: S) -> S
  /// Whether the gradients depend on a and b.
  static var readsOperands: Bool { get }
  /// The loops are requirements for the reason that `ElementFunction` gives.
  static func run(_ a: Tensor, _ b: Tensor, into result: Tensor, _ plan: BroadcastPlan)
  static func pull(
    _ side: BinarySide, _ gradient: Tensor, _ a: Tensor, _ b: Tensor, into target: Tensor, adding: Bool,
    _ plan: BroadcastPlan)
}

extension BinaryFunction {
  static var readsOperands: Bool { true }
  static func run(_ a: Tensor, _ b: Tensor, into result: Tensor, _ plan: BroadcastPlan) {
    broadcast(Self.self, a, b, into: result, plan)
  }
  static func pull(
    _ side: BinarySide, _ gradient: Tensor, _ a: Tensor, _ b: Tensor, into target: Tensor, adding: Bool,
    _ plan: BroadcastPlan
  ) {
    broadcastBackward(Self.self, side: side, gradient, a, b, into: target, adding: adding, plan)
  }
}

enum Add: BinaryFunction {
  static var readsOperands: Bool { false }
  @inline(__always) static func value<S: RealElement>(_ a: S, _ b: S) -> S { a + b }
  @inline(__always) static func gradientA<S: RealElement>(_ g: S, _ a: S, _ b: S) -> S { g }
  @inline(__always) static func gradientB<S: RealElement>(_ g: S, _ a: S, _ b: S) -> S { g }
}

enum Subtract: BinaryFunction {
  static var readsOperands: Bool { false }
  @inline(__always) static func value<S: RealElement>(_ a: S, _ b: S) -> S { a - b }
  @inline(__always) static func gradientA<S: RealElement>(_ g: S, _ a: S, _ b: S) -> S { g }
  @inline(__always) static func gradientB<S: RealElement>(_ g: S, _ a: S, _ b: S) -> S { -g }
}

enum Multiply: BinaryFunction {
  @inline(__always) static func value<S: RealElement>(_ a: S, _ b: S) -> S { a * b }
  @inline(__always) static func gradientA<S: RealElement>(_ g: S, _ a: S, _ b: S) -> S { g * b }
  @inline(__always) static func gradientB<S: RealElement>(_ g: S, _ a: S, _ b: S) -> S { g * a }
}

enum Divide: BinaryFunction {
  @inline(__always) static func value<S: RealElement>(_ a: S, _ b: S) -> S { a / b }
  @inline(__always) static func gradientA<S: RealElement>(_ g: S, _ a: S, _ b: S) -> S { g / b }
  @inline(__always) static func gradientB<S: RealElement>(_ g: S, _ a: S, _ b: S) -> S { -g * a / (b * b) }
}

/// a to the power b; NaN for a below 0 unless b is whole.  The slope in b is 0 where a is 0.
enum Power: BinaryFunction {
  @inline(__always) static func value<S: RealElement>(_ a: S, _ b: S) -> S { S.power(a, b) }
  @inline(__always) static func gradientA<S: RealElement>(_ g: S, _ a: S, _ b: S) -> S {
    b == 0 ? 0 : g * b * S.power(a, b - 1)
  }
  @inline(__always) static func gradientB<S: RealElement>(_ g: S, _ a: S, _ b: S) -> S {
    a == 0 ? 0 : g * S.power(a, b) * S.logarithm(a)
  }
}

/// The larger of two, NaN where either is; equal ones get half of the gradient each.
enum Maximum: BinaryFunction {
  @inline(__always) static func value<S: RealElement>(_ a: S, _ b: S) -> S { a > b ? a : (b >= a ? b : a + b) }
  @inline(__always) static func gradientA<S: RealElement>(_ g: S, _ a: S, _ b: S) -> S {
    a > b ? g : (a < b ? 0 : g / 2)
  }
  @inline(__always) static func gradientB<S: RealElement>(_ g: S, _ a: S, _ b: S) -> S {
    b > a ? g : (b < a ? 0 : g / 2)
  }
}

/// The smaller of two, with the same rules.
enum Minimum: BinaryFunction {
  @inline(__always) static func value<S: RealElement>(_ a: S, _ b: S) -> S { a < b ? a : (b <= a ? b : a + b) }
  @inline(__always) static func gradientA<S: RealElement>(_ g: S, _ a: S, _ b: S) -> S {
    a < b ? g : (a > b ? 0 : g / 2)
  }
  @inline(__always) static func gradientB<S: RealElement>(_ g: S, _ a: S, _ b: S) -> S {
    b < a ? g : (b > a ? 0 : g / 2)
  }
}

struct Binary<F: BinaryFunction>: Operation {
  let a, b: Variable
  let plan: BroadcastPlan

  var operands: [Variable] { [a, b] }
  var readsOperands: Bool { F.readsOperands }

  static func apply(_ a: Variable, _ b: Variable) throws -> Variable {
    try Variable.checkTypes(a, b)
    let plan = try BroadcastPlan(a.shape, b.shape)
    try ensureFits(a.type, plan.result)
    let result = Tensor(uninitialized: a.type, plan.result)
    F.run(a.value, b.value, into: result, plan)
    return .result(result, of: Binary(a: a, b: b, plan: plan))
  }

  func backward(_ gradient: Tensor) {
    if a.requiresGradient {
      a.accumulate {
        F.pull(.a, gradient, a.value, b.value, into: $0, adding: $1, plan)
      }
    }
    if b.requiresGradient {
      b.accumulate {
        F.pull(.b, gradient, a.value, b.value, into: $0, adding: $1, plan)
      }
    }
  }
}

extension Variable {
  public static func + (a: Variable, b: Variable) throws -> Variable { try Binary<Add>.apply(a, b) }
  public static func - (a: Variable, b: Variable) throws -> Variable { try Binary<Subtract>.apply(a, b) }
  public static func * (a: Variable, b: Variable) throws -> Variable { try Binary<Multiply>.apply(a, b) }
  public static func / (a: Variable, b: Variable) throws -> Variable { try Binary<Divide>.apply(a, b) }

  /// self to the power b, element by element.
  package func power(_ b: Variable) throws -> Variable { try Binary<Power>.apply(self, b) }
  package func maximum(_ b: Variable) throws -> Variable { try Binary<Maximum>.apply(self, b) }
  package func minimum(_ b: Variable) throws -> Variable { try Binary<Minimum>.apply(self, b) }
}
