// Update rules, one pass over memory each.
// Assumed checked: equal counts and one element type.

import COpenMP
import Tensors

/// The numbers of one Adam step: `step` is lr / (1 - β1ᵗ), `rootScale` is √(1 / (1 - β2ᵗ)).
struct AdamFactors {
  var beta1, beta2, step, rootScale, eps: Double
}

func adamStep(_ value: Tensor, _ gradient: Tensor, m: Tensor, v: Tensor, _ factors: AdamFactors) {
  switch value.type {
  case .float32:
    adamStep(
      value.pointer(Float.self), gradient.pointer(Float.self), m.pointer(Float.self),
      v.pointer(Float.self), value.count, factors, root: hqnn_sqrt_float8)
  case .float64:
    adamStep(
      value.pointer(Double.self), gradient.pointer(Double.self), m.pointer(Double.self),
      v.pointer(Double.self), value.count, factors, root: hqnn_sqrt_double4)
  }
}

@inline(__always)
private func adamStep<V: SIMD>(
  _ value: UnsafeMutablePointer<V.Scalar>, _ gradient: UnsafeMutablePointer<V.Scalar>,
  _ m: UnsafeMutablePointer<V.Scalar>, _ v: UnsafeMutablePointer<V.Scalar>, _ count: Int,
  _ factors: AdamFactors, root: (V) -> V
) where V.Scalar: Element {
  typealias S = V.Scalar
  let (beta1, beta2) = (S(factors.beta1), S(factors.beta2))
  let (rest1, rest2) = (S(1 - factors.beta1), S(1 - factors.beta2))
  let (step, rootScale, eps) = (S(factors.step), S(factors.rootScale), S(factors.eps))
  var i = 0
  while i + V.scalarCount <= count {
    let g = UnsafeRawPointer(gradient + i).loadUnaligned(as: V.self)
    let first = beta1 * UnsafeRawPointer(m + i).loadUnaligned(as: V.self) + rest1 * g
    let second = beta2 * UnsafeRawPointer(v + i).loadUnaligned(as: V.self) + rest2 * (g * g)
    let p = UnsafeRawPointer(value + i).loadUnaligned(as: V.self)
    UnsafeMutableRawPointer(m + i).storeBytes(of: first, as: V.self)
    UnsafeMutableRawPointer(v + i).storeBytes(of: second, as: V.self)
    UnsafeMutableRawPointer(value + i).storeBytes(
      of: p - step * first / (root(second) * rootScale + eps), as: V.self)
    i += V.scalarCount
  }
  while i < count {
    let g = gradient[i]
    m[i] = beta1 * m[i] + rest1 * g
    v[i] = beta2 * v[i] + rest2 * (g * g)
    value[i] -= step * m[i] / (v[i].squareRoot() * rootScale + eps)
    i += 1
  }
}

/// v ← momentum v + g,  p ← p - lr v
func momentumStep(
  _ value: Tensor, _ gradient: Tensor, _ velocity: Tensor, lr: Double, momentum: Double
) {
  switch value.type {
  case .float32:
    momentumStep(
      value.pointer(Float.self), gradient.pointer(Float.self), velocity.pointer(Float.self),
      value.count, Float(lr), Float(momentum))
  case .float64:
    momentumStep(
      value.pointer(Double.self), gradient.pointer(Double.self), velocity.pointer(Double.self),
      value.count, lr, momentum)
  }
}

private func momentumStep<S: Element>(
  _ value: UnsafeMutablePointer<S>, _ gradient: UnsafeMutablePointer<S>,
  _ velocity: UnsafeMutablePointer<S>, _ count: Int, _ lr: S, _ momentum: S
) {
  for i in 0..<count {
    let v = momentum * velocity[i] + gradient[i]
    velocity[i] = v
    value[i] -= lr * v
  }
}
