// Sums along axes, and reductions of rows with their slopes.
// Assumed checked: counts fit the layout or the number of rows; extremes have no empty rows.

import Tensors

/// Elements that a piece of work should have before a second thread pays.
private func grain(_ columns: Int) -> Int { max(1, (1 << 16) / max(1, columns)) }

/// target[o, i] = factor Σ_k source[o, k, i], added up in Double.
func sumAlong(_ source: Tensor, _ layout: AxisLayout, factor: Double, into target: Tensor) {
  switch source.type {
  case .float32: sumAlong(source.pointer(Float.self), layout, factor, target.pointer(Float.self))
  case .float64: sumAlong(source.pointer(Double.self), layout, factor, target.pointer(Double.self))
  }
}

private func sumAlong<S: Element>(
  _ source: UnsafeMutablePointer<S>, _ layout: AxisLayout, _ factor: Double, _ target: UnsafeMutablePointer<S>
) {
  let (count, inner) = (layout.count, layout.inner)
  Parallel.ranges(layout.outer, grain: grain(count * inner)) { _, range in
    if inner == 1 {
      for o in range { target[o] = S(factor * rowSum(source + o * count, count)) }
      return
    }
    withUnsafeTemporaryAllocation(of: Double.self, capacity: inner) { totals in
      guard let totals = totals.baseAddress else { return }
      for o in range {
        totals.update(repeating: 0, count: inner)
        for k in 0..<count {
          let row = source + (o * count + k) * inner
          for i in 0..<inner { totals[i] += Double(row[i]) }
        }
        let out = target + o * inner
        for i in 0..<inner { out[i] = S(factor * totals[i]) }
      }
    }
  }
}

/// In four lanes, so that it vectorises.
@inline(__always)
private func rowSum<S: Element>(_ x: UnsafeMutablePointer<S>, _ count: Int) -> Double {
  var lanes = SIMD4<Double>()
  var i = 0
  while i + 4 <= count {
    lanes += SIMD4(Double(x[i]), Double(x[i + 1]), Double(x[i + 2]), Double(x[i + 3]))
    i += 4
  }
  var total = lanes.sum()
  while i < count {
    total += Double(x[i])
    i += 1
  }
  return total
}

/// target[o, k, i] = factor gradient[o, i], added to what is there when `adding`.
func spreadAlong(_ gradient: Tensor, _ layout: AxisLayout, factor: Double, into target: Tensor, adding: Bool) {
  switch target.type {
  case .float32:
    spreadAlong(gradient.pointer(Float.self), layout, Float(factor), target.pointer(Float.self), adding)
  case .float64:
    spreadAlong(gradient.pointer(Double.self), layout, factor, target.pointer(Double.self), adding)
  }
}

private func spreadAlong<S: Element>(
  _ gradient: UnsafeMutablePointer<S>, _ layout: AxisLayout, _ factor: S, _ target: UnsafeMutablePointer<S>,
  _ adding: Bool
) {
  let (count, inner) = (layout.count, layout.inner)
  Parallel.ranges(layout.outer, grain: grain(count * inner)) { _, range in
    for o in range {
      for k in 0..<count {
        let (from, to) = (gradient + o * inner, target + (o * count + k) * inner)
        if adding {
          for i in 0..<inner { to[i] += factor * from[i] }
        } else {
          for i in 0..<inner { to[i] = factor * from[i] }
        }
      }
    }
  }
}

enum RowReductionKind { case product, norm2, logSumExp }

/// y[row] = the reduction of row `row`.
func reduceRows(_ kind: RowReductionKind, _ x: Tensor, rows: Int, into y: Tensor) {
  switch x.type {
  case .float32: reduceRows(kind, x.pointer(Float.self), y.pointer(Float.self), rows, x.count)
  case .float64: reduceRows(kind, x.pointer(Double.self), y.pointer(Double.self), rows, x.count)
  }
}

private func reduceRows<S: RealElement>(
  _ kind: RowReductionKind, _ x: UnsafeMutablePointer<S>, _ y: UnsafeMutablePointer<S>, _ rows: Int, _ count: Int
) {
  let columns = count / max(rows, 1)
  Parallel.ranges(rows, grain: grain(columns)) { _, range in
    for row in range {
      let x = x + row * columns
      switch kind {
      case .product:
        var total = 1.0
        for i in 0..<columns { total *= Double(x[i]) }
        y[row] = S(total)
      case .norm2:
        var total = 0.0
        for i in 0..<columns { total += Double(x[i]) * Double(x[i]) }
        y[row] = S(total.squareRoot())
      case .logSumExp:
        y[row] = columns == 0 ? -.infinity : logSumExp(x, columns)
      }
    }
  }
}

/// The largest element is taken out first, so that nothing overflows; rows of -∞ give -∞.
@inline(__always)
private func logSumExp<S: RealElement>(_ x: UnsafeMutablePointer<S>, _ columns: Int) -> S {
  let highest = largest(x, columns)
  if highest.isInfinite || highest.isNaN { return highest }
  var total: S = 0
  for i in 0..<columns { total += S.exponential(x[i] - highest) }
  return highest + S.logarithm(total)
}

/// The largest element, NaN when there is one.
@inline(__always)
func largest<S: Element>(_ x: UnsafeMutablePointer<S>, _ count: Int) -> S {
  var result = x[0]
  for i in 1..<max(count, 1) where !(x[i] <= result) { result = x[i] }
  return result
}

/// target = gradient[row] * dy/dx, added to what is there when `adding`.
func reduceRowsBackward(
  _ kind: RowReductionKind, x: Tensor, y: Tensor, _ gradient: Tensor, rows: Int, into target: Tensor, adding: Bool
) {
  if !adding { target.fill(0) }
  switch x.type {
  case .float32:
    reduceRowsBackward(kind, x.pointer(Float.self), y.pointer(Float.self), gradient.pointer(Float.self),
      target.pointer(Float.self), rows, x.count)
  case .float64:
    reduceRowsBackward(kind, x.pointer(Double.self), y.pointer(Double.self), gradient.pointer(Double.self),
      target.pointer(Double.self), rows, x.count)
  }
}

private func reduceRowsBackward<S: RealElement>(
  _ kind: RowReductionKind, _ x: UnsafeMutablePointer<S>, _ y: UnsafeMutablePointer<S>,
  _ gradient: UnsafeMutablePointer<S>, _ target: UnsafeMutablePointer<S>, _ rows: Int, _ count: Int
) {
  let columns = count / max(rows, 1)
  Parallel.ranges(rows, grain: grain(columns)) { _, range in
    for row in range {
      let (x, target, g) = (x + row * columns, target + row * columns, gradient[row])
      switch kind {
      case .product:
        // Products of all before and of all behind, so that a zero is no division by it.
        withUnsafeTemporaryAllocation(of: S.self, capacity: columns + 1) { behind in
          behind[columns] = 1
          for i in (0..<columns).reversed() { behind[i] = behind[i + 1] * x[i] }
          var before = g
          for i in 0..<columns {
            target[i] += before * behind[i + 1]
            before *= x[i]
          }
        }
      case .norm2:
        // At 0 the norm has no slope; 0 is the one that leaves things as they are.
        let scale = y[row] == 0 ? 0 : g / y[row]
        for i in 0..<columns { target[i] += scale * x[i] }
      case .logSumExp:
        if y[row] == -.infinity { continue }
        for i in 0..<columns { target[i] += g * S.exponential(x[i] - y[row]) }
      }
    }
  }
}

/// Where the largest (or smallest) element of each row is; the first of equal ones, NaN before all others.
func extremesOfRows(_ x: Tensor, largest: Bool, rows: Int) -> [Int] {
  switch x.type {
  case .float32: return extremesOfRows(x.pointer(Float.self), largest, rows, x.count)
  case .float64: return extremesOfRows(x.pointer(Double.self), largest, rows, x.count)
  }
}

private func extremesOfRows<S: Element>(_ x: UnsafeMutablePointer<S>, _ largest: Bool, _ rows: Int, _ count: Int)
  -> [Int]
{
  let columns = count / max(rows, 1)
  return (0..<rows).map { row in
    let x = x + row * columns
    var best = 0
    for i in 1..<max(columns, 1) {
      if x[best].isNaN { break }
      if largest ? !(x[i] <= x[best]) : !(x[i] >= x[best]) { best = i }
    }
    return best
  }
}

/// target[i] = source[places[i]]
func takeAt(_ places: [Int], _ source: Tensor, into target: Tensor) {
  for (i, place) in places.enumerated() { target[i] = source[place] }
}

/// target[places[i]] += source[i]
func addAt(_ places: [Int], _ source: Tensor, into target: Tensor) {
  for (i, place) in places.enumerated() { target[place] += source[i] }
}
