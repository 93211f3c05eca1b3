// Element-by-element functions of two tensors whose shapes broadcast, and their gradients.
// The functions are in Operations/Arithmetic.swift.

import Tensors

/// How two shapes stretch to their common one, with neighbouring axes merged where both operands
/// allow it: equal shapes are a single axis.
struct BroadcastPlan {
  /// The result's shape.
  let result: [Int]
  /// Merged axes, outermost first, and each operand's stride along them; 0 where it stretches.
  private(set) var axes: [(count: Int, a: Int, b: Int)] = []

  /// NumPy's rule: shapes are aligned at the last axis and a dimension of 1 stretches.
  init(_ a: [Int], _ b: [Int]) throws {
    if a == b {
      result = a
      axes = [(a.reduce(1, *), 1, 1)]
      return
    }
    let rank = max(a.count, b.count)
    var shape = [Int](repeating: 1, count: rank)
    var (strideA, strideB) = (1, 1)
    for offset in 1...max(rank, 1) where rank > 0 {
      let x = offset <= a.count ? a[a.count - offset] : 1
      let y = offset <= b.count ? b[b.count - offset] : 1
      guard x == y || x == 1 || y == 1 else {
        throw EngineError.shape(
          "shapes \(describe(shape: a)) and \(describe(shape: b)) do not fit: axis \(rank - offset) has \(x) and \(y); equal dimensions or a 1 would do")
      }
      let count = x == 1 ? y : x
      shape[rank - offset] = count
      if count != 1 {
        let (stepA, stepB) = (x == 1 ? 0 : strideA, y == 1 ? 0 : strideB)
        if let inner = axes.last, (inner.a == 0) == (stepA == 0), (inner.b == 0) == (stepB == 0) {
          axes[axes.count - 1].count *= count
        } else {
          axes.append((count, stepA, stepB))
        }
      }
      strideA *= x
      strideB *= y
    }
    result = shape
    if axes.isEmpty { axes = [(1, 1, 1)] }
    axes.reverse()
  }

  /// Calls the body for each run along the innermost axis with the offsets of result, a and b.
  @inline(__always)
  func forEachRun(_ body: (_ result: Int, _ a: Int, _ b: Int) -> Void) {
    let run = axes[axes.count - 1].count
    if result.contains(0) { return }
    var index = [Int](repeating: 0, count: axes.count)
    var (r, a, b) = (0, 0, 0)
    while true {
      body(r, a, b)
      r += run
      var axis = axes.count - 2
      while axis >= 0 {
        index[axis] += 1
        a += axes[axis].a
        b += axes[axis].b
        if index[axis] < axes[axis].count { break }
        a -= axes[axis].a * index[axis]
        b -= axes[axis].b * index[axis]
        index[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }
}

func broadcast<F: BinaryFunction>(
  _: F.Type, _ a: Tensor, _ b: Tensor, into result: Tensor, _ plan: BroadcastPlan
) {
  switch a.type {
  case .float32:
    broadcast(F.self, a.pointer(Float.self), b.pointer(Float.self), result.pointer(Float.self), plan)
  case .float64:
    broadcast(F.self, a.pointer(Double.self), b.pointer(Double.self), result.pointer(Double.self), plan)
  }
}

@inline(__always)
private func broadcast<F: BinaryFunction, S: RealElement>(
  _: F.Type, _ a: UnsafeMutablePointer<S>, _ b: UnsafeMutablePointer<S>,
  _ result: UnsafeMutablePointer<S>, _ plan: BroadcastPlan
) {
  let inner = plan.axes[plan.axes.count - 1]
  if plan.axes.count == 1, inner.a == 1, inner.b == 1 {
    Parallel.ranges(inner.count, grain: elementwiseGrain) { _, range in
      for i in range { result[i] = F.value(a[i], b[i]) }
    }
    return
  }
  plan.forEachRun { r, offsetA, offsetB in
    let (x, y, out) = (a + offsetA, b + offsetB, result + r)
    if inner.a == 0 {
      for i in 0..<inner.count { out[i] = F.value(x[0], y[i]) }
    } else if inner.b == 0 {
      for i in 0..<inner.count { out[i] = F.value(x[i], y[0]) }
    } else {
      for i in 0..<inner.count { out[i] = F.value(x[i], y[i]) }
    }
  }
}

enum BinarySide { case a, b }

/// The gradient of one operand, summed over the axes along which it was stretched.
func broadcastBackward<F: BinaryFunction>(
  _: F.Type, side: BinarySide, _ gradient: Tensor, _ a: Tensor, _ b: Tensor, into target: Tensor,
  adding: Bool, _ plan: BroadcastPlan
) {
  if !adding { target.fill(0) }
  switch a.type {
  case .float32:
    broadcastBackward(
      F.self, side, gradient.pointer(Float.self), a.pointer(Float.self), b.pointer(Float.self),
      target.pointer(Float.self), plan)
  case .float64:
    broadcastBackward(
      F.self, side, gradient.pointer(Double.self), a.pointer(Double.self), b.pointer(Double.self),
      target.pointer(Double.self), plan)
  }
}

@inline(__always)
private func broadcastBackward<F: BinaryFunction, S: RealElement>(
  _: F.Type, _ side: BinarySide, _ gradient: UnsafeMutablePointer<S>, _ a: UnsafeMutablePointer<S>,
  _ b: UnsafeMutablePointer<S>, _ target: UnsafeMutablePointer<S>, _ plan: BroadcastPlan
) {
  let inner = plan.axes[plan.axes.count - 1]
  plan.forEachRun { r, offsetA, offsetB in
    let (g, x, y) = (gradient + r, a + offsetA, b + offsetB)
    switch side {
    case .a:
      let out = target + offsetA
      if inner.a == 0 {
        var total: S = 0
        for i in 0..<inner.count { total += F.gradientA(g[i], x[0], y[i * inner.b]) }
        out[0] += total
      } else if inner.b == 0 {
        for i in 0..<inner.count { out[i] += F.gradientA(g[i], x[i], y[0]) }
      } else {
        for i in 0..<inner.count { out[i] += F.gradientA(g[i], x[i], y[i]) }
      }
    case .b:
      let out = target + offsetB
      if inner.b == 0 {
        var total: S = 0
        for i in 0..<inner.count { total += F.gradientB(g[i], x[i * inner.a], y[0]) }
        out[0] += total
      } else if inner.a == 0 {
        for i in 0..<inner.count { out[i] += F.gradientB(g[i], x[0], y[i]) }
      } else {
        for i in 0..<inner.count { out[i] += F.gradientB(g[i], x[i], y[i]) }
      }
    }
  }
}
