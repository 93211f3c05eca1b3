// Update rules, one pass over memory each.
// Assumed checked: equal counts and one element type.

import COpenMP
import Tensors

/// The numbers of a step that divides by the root of a mean of squared gradients, g being gradient + weightDecay · p:
///
///     m ← keepFirst m + addFirst g      v ← keepSecond v + addSecond g²
///     p ← keep p - step m / (rootScale √v + eps)
///
/// Adam's step is lr / (1 - β1ᵗ), its rootScale √(1 / (1 - β2ᵗ)).
struct RootFactors {
  var keepFirst, addFirst, keepSecond, addSecond, step, rootScale, eps, keep, weightDecay: Double
}

/// Elements per piece when a step is shared between threads: a multiple of every vector's width.
private let stepGrain = 1 << 15

/// Without m its place is taken by g.
func rootStep(_ value: Tensor, _ gradient: Tensor, m: Tensor?, v: Tensor, _ factors: RootFactors) {
  switch value.type {
  case .float32:
    let (p, g, v) = (value.pointer(Float.self), gradient.pointer(Float.self), v.pointer(Float.self))
    let m = m?.pointer(Float.self)
    Parallel.ranges(value.count, grain: stepGrain) { _, range in
      let (i, count) = (range.lowerBound, range.count)
      if let m {
        rootStep(p + i, g + i, m + i, v + i, count, factors, root: hqnn_sqrt_float8)
      } else {
        rootStep(p + i, g + i, v + i, count, factors, root: hqnn_sqrt_float8)
      }
    }
  case .float64:
    let (p, g, v) = (value.pointer(Double.self), gradient.pointer(Double.self), v.pointer(Double.self))
    let m = m?.pointer(Double.self)
    Parallel.ranges(value.count, grain: stepGrain) { _, range in
      let (i, count) = (range.lowerBound, range.count)
      if let m {
        rootStep(p + i, g + i, m + i, v + i, count, factors, root: hqnn_sqrt_double4)
      } else {
        rootStep(p + i, g + i, v + i, count, factors, root: hqnn_sqrt_double4)
      }
    }
  }
}

@inline(__always)
private func rootStep<V: SIMD>(
  _ value: UnsafeMutablePointer<V.Scalar>, _ gradient: UnsafeMutablePointer<V.Scalar>,
  _ m: UnsafeMutablePointer<V.Scalar>, _ v: UnsafeMutablePointer<V.Scalar>, _ count: Int,
  _ factors: RootFactors, root: (V) -> V
) where V.Scalar: Element {
  typealias S = V.Scalar
  let (beta1, beta2) = (S(factors.keepFirst), S(factors.keepSecond))
  let (rest1, rest2) = (S(factors.addFirst), S(factors.addSecond))
  let (step, rootScale, eps) = (S(factors.step), S(factors.rootScale), S(factors.eps))
  let (keep, decay) = (S(factors.keep), S(factors.weightDecay))
  var i = 0
  while i + V.scalarCount <= count {
    let p = UnsafeRawPointer(value + i).loadUnaligned(as: V.self)
    let g = UnsafeRawPointer(gradient + i).loadUnaligned(as: V.self) + decay * p
    let first = beta1 * UnsafeRawPointer(m + i).loadUnaligned(as: V.self) + rest1 * g
    let second = beta2 * UnsafeRawPointer(v + i).loadUnaligned(as: V.self) + rest2 * (g * g)
    UnsafeMutableRawPointer(m + i).storeBytes(of: first, as: V.self)
    UnsafeMutableRawPointer(v + i).storeBytes(of: second, as: V.self)
    UnsafeMutableRawPointer(value + i).storeBytes(
      of: keep * p - step * first / (root(second) * rootScale + eps), as: V.self)
    i += V.scalarCount
  }
  while i < count {
    let g = gradient[i] + decay * value[i]
    m[i] = beta1 * m[i] + rest1 * g
    v[i] = beta2 * v[i] + rest2 * (g * g)
    value[i] = keep * value[i] - step * m[i] / (v[i].squareRoot() * rootScale + eps)
    i += 1
  }
}

/// The same with g in place of m.
@inline(__always)
private func rootStep<V: SIMD>(
  _ value: UnsafeMutablePointer<V.Scalar>, _ gradient: UnsafeMutablePointer<V.Scalar>,
  _ v: UnsafeMutablePointer<V.Scalar>, _ count: Int, _ factors: RootFactors, root: (V) -> V
) where V.Scalar: Element {
  typealias S = V.Scalar
  let (keepSecond, addSecond) = (S(factors.keepSecond), S(factors.addSecond))
  let (step, eps, decay) = (S(factors.step), S(factors.eps), S(factors.weightDecay))
  var i = 0
  while i + V.scalarCount <= count {
    let p = UnsafeRawPointer(value + i).loadUnaligned(as: V.self)
    let g = UnsafeRawPointer(gradient + i).loadUnaligned(as: V.self) + decay * p
    let second = keepSecond * UnsafeRawPointer(v + i).loadUnaligned(as: V.self) + addSecond * (g * g)
    UnsafeMutableRawPointer(v + i).storeBytes(of: second, as: V.self)
    UnsafeMutableRawPointer(value + i).storeBytes(of: p - step * g / (root(second) + eps), as: V.self)
    i += V.scalarCount
  }
  while i < count {
    let g = gradient[i] + decay * value[i]
    v[i] = keepSecond * v[i] + addSecond * (g * g)
    value[i] -= step * g / (v[i].squareRoot() + eps)
    i += 1
  }
}

/// v as above;  velocity ← momentum velocity + g / (√v + eps),  p ← p - step velocity
func rootMomentumStep(
  _ value: Tensor, _ gradient: Tensor, v: Tensor, velocity: Tensor, _ factors: RootFactors, momentum: Double
) {
  switch value.type {
  case .float32:
    rootMomentumStep(
      value.pointer(Float.self), gradient.pointer(Float.self), v.pointer(Float.self), velocity.pointer(Float.self),
      value.count, factors, Float(momentum))
  case .float64:
    rootMomentumStep(
      value.pointer(Double.self), gradient.pointer(Double.self), v.pointer(Double.self), velocity.pointer(Double.self),
      value.count, factors, momentum)
  }
}

private func rootMomentumStep<S: Element>(
  _ value: UnsafeMutablePointer<S>, _ gradient: UnsafeMutablePointer<S>, _ v: UnsafeMutablePointer<S>,
  _ velocity: UnsafeMutablePointer<S>, _ count: Int, _ factors: RootFactors, _ momentum: S
) {
  let (keepSecond, addSecond) = (S(factors.keepSecond), S(factors.addSecond))
  let (step, eps, decay) = (S(factors.step), S(factors.eps), S(factors.weightDecay))
  for i in 0..<count {
    let g = gradient[i] + decay * value[i]
    v[i] = keepSecond * v[i] + addSecond * (g * g)
    velocity[i] = momentum * velocity[i] + g / (v[i].squareRoot() + eps)
    value[i] -= step * velocity[i]
  }
}

struct MomentumFactors {
  var lr, momentum, weightDecay: Double
  var nesterov: Bool
}

/// v ← momentum v + g,  p ← p - lr v,  or p - lr (g + momentum v);  g is gradient + weightDecay · p.
func momentumStep(_ value: Tensor, _ gradient: Tensor, _ velocity: Tensor, _ factors: MomentumFactors) {
  switch value.type {
  case .float32:
    momentumStep(
      value.pointer(Float.self), gradient.pointer(Float.self), velocity.pointer(Float.self), value.count, factors)
  case .float64:
    momentumStep(
      value.pointer(Double.self), gradient.pointer(Double.self), velocity.pointer(Double.self), value.count, factors)
  }
}

private func momentumStep<S: Element>(
  _ value: UnsafeMutablePointer<S>, _ gradient: UnsafeMutablePointer<S>, _ velocity: UnsafeMutablePointer<S>,
  _ count: Int, _ factors: MomentumFactors
) {
  let (lr, momentum, decay) = (S(factors.lr), S(factors.momentum), S(factors.weightDecay))
  // What the step takes of the gradient and of the velocity.
  let (ofGradient, ofVelocity): (S, S) = factors.nesterov ? (lr, lr * momentum) : (0, lr)
  for i in 0..<count {
    let g = gradient[i] + decay * value[i]
    let v = momentum * velocity[i] + g
    velocity[i] = v
    value[i] -= ofGradient * g + ofVelocity * v
  }
}

/// Sum of squares in Double, in pieces of a fixed size.
func sumOfSquares(_ x: Tensor) -> Double {
  switch x.type {
  case .float32: return sumOfSquares(x.pointer(Float.self), x.count, lanes: SIMD8<Float>.self)
  case .float64: return sumOfSquares(x.pointer(Double.self), x.count, lanes: SIMD8<Double>.self)
  }
}

@inline(__always)
private func sumOfSquares<V: SIMD>(_ x: UnsafeMutablePointer<V.Scalar>, _ count: Int, lanes: V.Type) -> Double
where V.Scalar: Element {
  var total = 0.0
  var i = 0
  while i < count {
    let end = min(count, i + 1024)
    var sums = V(repeating: 0)
    while i + V.scalarCount <= end {
      let values = UnsafeRawPointer(x + i).loadUnaligned(as: V.self)
      sums += values * values
      i += V.scalarCount
    }
    var piece = 0.0
    for lane in 0..<V.scalarCount { piece += Double(sums[lane]) }
    while i < end {
      piece += Double(x[i]) * Double(x[i])
      i += 1
    }
    total += piece
  }
  return total
}

/// x ← min(max(x, -limit), limit); NaN stays.
func clamp(_ x: Tensor, _ limit: Double) {
  switch x.type {
  case .float32: clamp(x.pointer(Float.self), x.count, Float(limit))
  case .float64: clamp(x.pointer(Double.self), x.count, limit)
  }
}

private func clamp<S: Element>(_ x: UnsafeMutablePointer<S>, _ count: Int, _ limit: S) {
  for i in 0..<count {
    let value = x[i]
    x[i] = value > limit ? limit : (value < -limit ? -limit : value)
  }
}
