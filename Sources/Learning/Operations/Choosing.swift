// Comparisons, and choosing between two tensors by a condition.

import Tensors

/// Raw values are those of `hqnn_comparison`.
public enum Comparison: UInt32, CaseIterable, Sendable {
  case equal = 0, notEqual, less, lessOrEqual, greater, greaterOrEqual
}

/// A comparison as a function of two numbers, 1 or 0; NaN is unequal to everything.  It has no slope.
protocol Comparing: BinaryFunction {
  static func holds<S: Element>(_ a: S, _ b: S) -> Bool
}

extension Comparing {
  @inline(__always) static func value<S: RealElement>(_ a: S, _ b: S) -> S { holds(a, b) ? 1 : 0 }
  @inline(__always) static func gradientA<S: RealElement>(_ g: S, _ a: S, _ b: S) -> S { 0 }
  @inline(__always) static func gradientB<S: RealElement>(_ g: S, _ a: S, _ b: S) -> S { 0 }
}

enum Equal: Comparing {
  @inline(__always) static func holds<S: Element>(_ a: S, _ b: S) -> Bool { a == b }
}
enum NotEqual: Comparing {
  @inline(__always) static func holds<S: Element>(_ a: S, _ b: S) -> Bool { a != b }
}
enum Less: Comparing {
  @inline(__always) static func holds<S: Element>(_ a: S, _ b: S) -> Bool { a < b }
}
enum LessOrEqual: Comparing {
  @inline(__always) static func holds<S: Element>(_ a: S, _ b: S) -> Bool { a <= b }
}

/// condition ≠ 0 ? a : b, all of one shape.  The side that was not chosen gets no gradient, not even of NaN.
struct Select: Operation {
  let condition: Tensor
  let a, b: Variable

  var operands: [Variable] { [a, b] }
  var readsOperands: Bool { false }

  func backward(_ gradient: Tensor) {
    for (operand, wanted) in [(a, true), (b, false)] where operand.requiresGradient {
      operand.accumulate { selectBackward(condition, gradient, wanted: wanted, into: $0, adding: $1) }
    }
  }
}

extension Variable {
  /// 1 where the comparison holds and 0 elsewhere, broadcast; never differentiable.
  package func compared(_ comparison: Comparison, to b: Variable) throws -> Variable {
    func run<F: Comparing>(_: F.Type, _ a: Variable, _ b: Variable) throws -> Variable {
      try Recording.off { try Binary<F>.apply(a, b) }
    }
    switch comparison {
    case .equal: return try run(Equal.self, self, b)
    case .notEqual: return try run(NotEqual.self, self, b)
    case .less: return try run(Less.self, self, b)
    case .lessOrEqual: return try run(LessOrEqual.self, self, b)
    case .greater: return try run(Less.self, b, self)
    case .greaterOrEqual: return try run(LessOrEqual.self, b, self)
    }
  }

  /// The elements of a where this condition is not 0, those of b elsewhere; all three broadcast.
  package func select(_ a: Variable, _ b: Variable) throws -> Variable {
    try Self.checkTypes(a, b)
    try Self.checkTypes(self, a)
    let common = try BroadcastPlan(BroadcastPlan(a.shape, b.shape).result, shape).result
    try ensureFits(a.type, common)
    let condition = try Recording.off { try shape == common ? self : expanded(to: common) }.value
    let (a, b) = (try a.shape == common ? a : a.expanded(to: common), try b.shape == common ? b : b.expanded(to: common))
    let result = Tensor(uninitialized: a.type, common)
    Learning.select(condition, a.value, b.value, into: result)
    // The condition may be a tensor that users write to.
    let kept = condition === value ? condition.copy() : condition
    return .result(result, of: Select(condition: kept, a: a, b: b))
  }
}
