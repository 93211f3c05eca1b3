// Steps of the attack inside adversarial training: starts, steps up a gradient, back into the ball and the range.
// Assumed checked: equal shapes [batch, ...] and one element type; options were checked.

import Learning
import Tensors

private let grain = 1 << 16

/// Rows per piece of work.
private func rowGrain(_ width: Int) -> Int { max(1, grain / max(1, width)) }

/// x, which holds the samples, to where the attack begins.  A row's draw follows from its sample's number and the epoch.
func moveToStart(_ x: Tensor, _ batch: RuleBatch, _ start: InnerStart, _ options: AdversarialOptions) {
  switch x.type {
  case .float32: moveToStart(x.pointer(Float.self), x, batch, start, options)
  case .float64: moveToStart(x.pointer(Double.self), x, batch, start, options)
  }
}

private func moveToStart<S: Element>(
  _ all: UnsafeMutablePointer<S>, _ x: Tensor, _ batch: RuleBatch, _ start: InnerStart, _ options: AdversarialOptions
) {
  if case .sample = start { return }
  let width = x.count / x.shape[0]
  let (low, high) = (S(options.low), S(options.high))
  Parallel.ranges(x.shape[0], grain: rowGrain(16 * width)) { _, range in
    for row in range {
      var stream = RandomStream(
        seed: options.seed, purpose: .adversary, substream: batch.epoch, position: UInt64(batch.numbers[row]) << 26)
      let values = all + row * width
      switch start {
      case .sample: break
      case .normal(let deviation):
        for i in 0..<width { values[i] = clamp(values[i] + S(deviation * stream.normal()), low, high) }
      case .ball where options.norm == .linf:
        for i in 0..<width {
          values[i] = clamp(values[i] + S(options.eps * (2 * stream.uniform() - 1)), low, high)
        }
      case .ball:
        // A normal direction, and a radius whose power of the dimension is uniform.
        withUnsafeTemporaryAllocation(of: Double.self, capacity: width) { direction in
          var squares = 0.0
          for i in 0..<width {
            direction[i] = stream.normal()
            squares += direction[i] * direction[i]
          }
          let radius = options.eps * power(stream.uniform(), 1 / Double(width)) / max(squares.squareRoot(), 1e-30)
          for i in 0..<width { values[i] = clamp(values[i] + S(radius * direction[i]), low, high) }
        }
      }
    }
  }
}

@inline(__always)
private func clamp<S: Element>(_ x: S, _ low: S, _ high: S) -> S {
  let x = x < low ? low : x
  return x > high ? high : x
}

/// x ← clip(clean + project(x + size d - clean)), d = sign(g) or g / |g|₂ per row.
func climb(_ x: Tensor, clean: Tensor, _ gradient: Tensor, size: Double, _ options: AdversarialOptions) {
  switch x.type {
  case .float32:
    climb(x.pointer(Float.self), clean.pointer(Float.self), gradient.pointer(Float.self), x, size, options)
  case .float64:
    climb(x.pointer(Double.self), clean.pointer(Double.self), gradient.pointer(Double.self), x, size, options)
  }
}

private func climb<S: Element>(
  _ x: UnsafeMutablePointer<S>, _ clean: UnsafeMutablePointer<S>, _ gradient: UnsafeMutablePointer<S>, _ shape: Tensor,
  _ size: Double, _ options: AdversarialOptions
) {
  let width = shape.count / shape.shape[0]
  let (low, high, eps) = (S(options.low), S(options.high), S(options.eps))
  Parallel.ranges(shape.shape[0], grain: rowGrain(width)) { _, range in
    for row in range {
      let (x, clean, g) = (x + row * width, clean + row * width, gradient + row * width)
      if options.norm == .linf {
        let step = S(size)
        for i in 0..<width {
          let moved = x[i] + (g[i] > 0 ? step : 0) - (g[i] < 0 ? step : 0)
          x[i] = clamp(clean[i] + clamp(moved - clean[i], -eps, eps), low, high)
        }
      } else {
        let length = norm(g, width)
        let step = length > 0 ? S(size / length) : 0
        var squares = 0.0
        for i in 0..<width {
          x[i] += step * g[i] - clean[i]
          squares += Double(x[i]) * Double(x[i])
        }
        let scale = squares > options.eps * options.eps ? S(options.eps / squares.squareRoot()) : 1
        // Clipping moves no value away from the clean one.
        for i in 0..<width { x[i] = clamp(clean[i] + scale * x[i], low, high) }
      }
    }
  }
}

/// delta ← project(delta + size d); the first rows of delta, as many as the gradient has.
func climbPerturbation(_ delta: Tensor, _ gradient: Tensor, _ options: AdversarialOptions) {
  switch delta.type {
  case .float32: climbPerturbation(delta.pointer(Float.self), gradient.pointer(Float.self), gradient, options)
  case .float64: climbPerturbation(delta.pointer(Double.self), gradient.pointer(Double.self), gradient, options)
  }
}

private func climbPerturbation<S: Element>(
  _ delta: UnsafeMutablePointer<S>, _ gradient: UnsafeMutablePointer<S>, _ shape: Tensor, _ options: AdversarialOptions
) {
  let width = shape.count / shape.shape[0]
  let (eps, size) = (S(options.eps), options.stepSize)
  Parallel.ranges(shape.shape[0], grain: rowGrain(width)) { _, range in
    for row in range {
      let (d, g) = (delta + row * width, gradient + row * width)
      if options.norm == .linf {
        let step = S(size)
        for i in 0..<width { d[i] = clamp(d[i] + (g[i] > 0 ? step : 0) - (g[i] < 0 ? step : 0), -eps, eps) }
      } else {
        let length = norm(g, width)
        let step = length > 0 ? S(size / length) : 0
        for i in 0..<width { d[i] += step * g[i] }
        let now = norm(d, width)
        if now > options.eps { for i in 0..<width { d[i] *= S(options.eps / now) } }
      }
    }
  }
}

/// x ← clip(x + delta), by the first rows of delta.
func add(_ delta: Tensor, to x: Tensor, _ options: AdversarialOptions) {
  switch x.type {
  case .float32:
    add(delta.pointer(Float.self), to: x.pointer(Float.self), x.count, Float(options.low), Float(options.high))
  case .float64:
    add(delta.pointer(Double.self), to: x.pointer(Double.self), x.count, options.low, options.high)
  }
}

private func add<S: Element>(
  _ delta: UnsafeMutablePointer<S>, to x: UnsafeMutablePointer<S>, _ count: Int, _ low: S, _ high: S
) {
  Parallel.ranges(count, grain: grain) { _, range in
    for i in range { x[i] = clamp(x[i] + delta[i], low, high) }
  }
}

/// |g|₂ of one row, summed in Double.
private func norm<S: Element>(_ g: UnsafeMutablePointer<S>, _ count: Int) -> Double {
  var squares = 0.0
  for i in 0..<count { squares += Double(g[i]) * Double(g[i]) }
  return squares.squareRoot()
}

/// Each row to length 1; rows of zeros stay.
func normaliseRows(_ x: Tensor) {
  switch x.type {
  case .float32: normaliseRows(x.pointer(Float.self), x)
  case .float64: normaliseRows(x.pointer(Double.self), x)
  }
}

private func normaliseRows<S: Element>(_ x: UnsafeMutablePointer<S>, _ shape: Tensor) {
  let width = shape.count / shape.shape[0]
  Parallel.ranges(shape.shape[0], grain: rowGrain(width)) { _, range in
    for row in range {
      let length = norm(x + row * width, width)
      if length > 0 { for i in row * width..<(row + 1) * width { x[i] = S(Double(x[i]) / length) } }
    }
  }
}

/// x ← x + factor d
func addRows(_ d: Tensor, times factor: Double, to x: Tensor) {
  switch x.type {
  case .float32: addScaled(d.pointer(Float.self), Float(factor), to: x.pointer(Float.self), x.count)
  case .float64: addScaled(d.pointer(Double.self), factor, to: x.pointer(Double.self), x.count)
  }
}

private func addScaled<S: Element>(
  _ d: UnsafeMutablePointer<S>, _ factor: S, to x: UnsafeMutablePointer<S>, _ count: Int
) {
  Parallel.ranges(count, grain: grain) { _, range in
    for i in range { x[i] += factor * d[i] }
  }
}
