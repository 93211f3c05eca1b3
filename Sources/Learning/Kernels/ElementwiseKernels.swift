// Element-by-element loops over whole tensors: sums in place, scaling, functions and their slopes.
// Assumed checked by the callers: equal counts and one element type.

import Glibc
import Tensors

/// Elements per piece when a loop is shared between threads.  Arithmetic is bound by memory, so that a
/// piece has to be large before a second thread pays; functions of the C library pay sooner.
let elementwiseGrain = 1 << 18
let functionGrain = 1 << 14

/// target += source
package func addInPlace(_ target: Tensor, _ source: Tensor) {
  switch target.type {
  case .float32: add(target.pointer(Float.self), source.pointer(Float.self), target.count)
  case .float64: add(target.pointer(Double.self), source.pointer(Double.self), target.count)
  }
}

private func add<S: Element>(
  _ target: UnsafeMutablePointer<S>, _ source: UnsafeMutablePointer<S>, _ count: Int
) {
  Parallel.ranges(count, grain: elementwiseGrain) { _, range in
    for i in range { target[i] += source[i] }
  }
}

/// target = scale * source + offset, added to what is there when `adding`.
func affine(_ source: Tensor, scale: Double, offset: Double, into target: Tensor, adding: Bool) {
  switch target.type {
  case .float32:
    affine(
      source.pointer(Float.self), Float(scale), Float(offset), target.pointer(Float.self),
      target.count, adding)
  case .float64:
    affine(
      source.pointer(Double.self), scale, offset, target.pointer(Double.self), target.count, adding)
  }
}

private func affine<S: Element>(
  _ source: UnsafeMutablePointer<S>, _ scale: S, _ offset: S, _ target: UnsafeMutablePointer<S>,
  _ count: Int, _ adding: Bool
) {
  Parallel.ranges(count, grain: elementwiseGrain) { _, range in
    if adding {
      for i in range { target[i] += scale * source[i] + offset }
    } else {
      for i in range { target[i] = scale * source[i] + offset }
    }
  }
}

/// target = f(source)
func map<F: ElementFunction>(_ f: F, _ source: Tensor, into target: Tensor) {
  switch source.type {
  case .float32: map(f, source.pointer(Float.self), target.pointer(Float.self), target.count)
  case .float64: map(f, source.pointer(Double.self), target.pointer(Double.self), target.count)
  }
}

@inline(__always)
private func map<F: ElementFunction, S: RealElement>(
  _ f: F, _ source: UnsafeMutablePointer<S>, _ target: UnsafeMutablePointer<S>, _ count: Int
) {
  Parallel.ranges(count, grain: F.isCheap ? elementwiseGrain : functionGrain) { _, range in
    for i in range { target[i] = f.value(source[i]) }
  }
}

/// target = gradient * f'(x), where y = f(x); added to what is there when `adding`.
func mapBackward<F: ElementFunction>(
  _ f: F, x: Tensor, y: Tensor, gradient: Tensor, into target: Tensor, adding: Bool
) {
  switch x.type {
  case .float32:
    mapBackward(
      f, x.pointer(Float.self), y.pointer(Float.self), gradient.pointer(Float.self),
      target.pointer(Float.self), x.count, adding)
  case .float64:
    mapBackward(
      f, x.pointer(Double.self), y.pointer(Double.self), gradient.pointer(Double.self),
      target.pointer(Double.self), x.count, adding)
  }
}

@inline(__always)
private func mapBackward<F: ElementFunction, S: RealElement>(
  _ f: F, _ x: UnsafeMutablePointer<S>, _ y: UnsafeMutablePointer<S>,
  _ gradient: UnsafeMutablePointer<S>, _ target: UnsafeMutablePointer<S>, _ count: Int, _ adding: Bool
) {
  Parallel.ranges(count, grain: F.isCheap ? elementwiseGrain : functionGrain) { _, range in
    if adding {
      for i in range { target[i] += gradient[i] * f.slope(x[i], y[i]) }
    } else {
      for i in range { target[i] = gradient[i] * f.slope(x[i], y[i]) }
    }
  }
}

/// Sum of all elements.  Cut into pieces of fixed size, each added in Double in four lanes, so that
/// the result does not depend on the number of threads.
func sum(_ source: Tensor) -> Double {
  switch source.type {
  case .float32: return sum(source.pointer(Float.self), source.count)
  case .float64: return sum(source.pointer(Double.self), source.count)
  }
}

private func sum<S: Element>(_ source: UnsafeMutablePointer<S>, _ count: Int) -> Double {
  var total = 0.0
  var start = 0
  while start < count {
    let end = min(count, start + elementwiseGrain)
    var lanes = SIMD4<Double>()
    var i = start
    while i + 4 <= end {
      lanes += SIMD4(Double(source[i]), Double(source[i + 1]), Double(source[i + 2]), Double(source[i + 3]))
      i += 4
    }
    var piece = lanes.sum()
    while i < end {
      piece += Double(source[i])
      i += 1
    }
    total += piece
    start = end
  }
  return total
}

/// Adds or writes one value everywhere.
func spread(_ value: Double, into target: Tensor, adding: Bool) {
  switch target.type {
  case .float32: spread(Float(value), target.pointer(Float.self), target.count, adding)
  case .float64: spread(value, target.pointer(Double.self), target.count, adding)
  }
}

private func spread<S: Element>(
  _ value: S, _ target: UnsafeMutablePointer<S>, _ count: Int, _ adding: Bool
) {
  if adding {
    for i in 0..<count { target[i] += value }
  } else {
    target.update(repeating: value, count: count)
  }
}

/// Adds all elements of `source` to those of `target` from `offset` on.
func addRows(_ source: Tensor, to target: Tensor, at offset: Int) {
  switch target.type {
  case .float32:
    add(target.pointer(Float.self) + offset, source.pointer(Float.self), source.count)
  case .float64:
    add(target.pointer(Double.self) + offset, source.pointer(Double.self), source.count)
  }
}
