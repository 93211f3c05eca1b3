// Losses and their slopes, row by row.
// Assumed checked: equal shapes and one element type, labels in range, no empty row.

import Tensors

/// losses[row] = Σ f(x, t) over the row's elements, with slopes for each; one row per element of `losses`.
func pairLosses<F: PairFunction>(
  _ f: F, _ x: Tensor, _ targets: Tensor, losses: Tensor, slopes: Tensor, targetSlopes: Tensor?
) {
  switch x.type {
  case .float32:
    pairLosses(
      f, x.pointer(Float.self), targets.pointer(Float.self), losses.pointer(Float.self), slopes.pointer(Float.self),
      targetSlopes?.pointer(Float.self), losses.count, x.count / losses.count)
  case .float64:
    pairLosses(
      f, x.pointer(Double.self), targets.pointer(Double.self), losses.pointer(Double.self),
      slopes.pointer(Double.self), targetSlopes?.pointer(Double.self), losses.count, x.count / losses.count)
  }
}

@inline(__always)
private func pairLosses<F: PairFunction, S: RealElement>(
  _ f: F, _ x: UnsafeMutablePointer<S>, _ t: UnsafeMutablePointer<S>, _ losses: UnsafeMutablePointer<S>,
  _ slopes: UnsafeMutablePointer<S>, _ targetSlopes: UnsafeMutablePointer<S>?, _ rows: Int, _ columns: Int
) {
  Parallel.ranges(rows * columns, grain: functionGrain) { _, range in
    for i in range { slopes[i] = f.slope(x[i], t[i]) }
    if let targetSlopes {
      for i in range { targetSlopes[i] = f.targetSlope(x[i], t[i]) }
    }
    if columns == 1 {
      for i in range { losses[i] = f.value(x[i], t[i]) }
    }
  }
  if columns == 1 { return }
  Parallel.ranges(rows, grain: max(1, functionGrain / columns)) { _, range in
    for row in range {
      var total = 0.0
      for i in row * columns..<(row + 1) * columns { total += Double(f.value(x[i], t[i])) }
      losses[row] = S(total)
    }
  }
}

/// target[row, ...] = slopes[row, ...] * factors[row], added to what is there when `adding`.
func scaleRows(_ slopes: Tensor, by factors: Tensor, rows: Int, into target: Tensor, adding: Bool) {
  switch slopes.type {
  case .float32:
    scaleRows(
      slopes.pointer(Float.self), factors.pointer(Float.self), target.pointer(Float.self), rows, slopes.count, adding)
  case .float64:
    scaleRows(
      slopes.pointer(Double.self), factors.pointer(Double.self), target.pointer(Double.self), rows, slopes.count,
      adding)
  }
}

private func scaleRows<S: Element>(
  _ slopes: UnsafeMutablePointer<S>, _ factors: UnsafeMutablePointer<S>, _ target: UnsafeMutablePointer<S>,
  _ rows: Int, _ count: Int, _ adding: Bool
) {
  let columns = count / max(rows, 1)
  for row in 0..<rows {
    let factor = factors[row]
    if adding {
      for i in row * columns..<(row + 1) * columns { target[i] += slopes[i] * factor }
    } else {
      for i in row * columns..<(row + 1) * columns { target[i] = slopes[i] * factor }
    }
  }
}

/// Index of the first element outside [low, high], NaN included.
func firstOutside(_ values: Tensor, low: Double, high: Double) -> Int? {
  switch values.type {
  case .float32: return firstOutside(values.pointer(Float.self), values.count, Float(low), Float(high))
  case .float64: return firstOutside(values.pointer(Double.self), values.count, low, high)
  }
}

private func firstOutside<S: Element>(_ x: UnsafeMutablePointer<S>, _ count: Int, _ low: S, _ high: S) -> Int? {
  var outside = 0
  for i in 0..<count { outside &+= x[i] >= low && x[i] <= high ? 0 : 1 }
  return outside == 0 ? nil : (0..<count).first { !(x[$0] >= low && x[$0] <= high) }
}

/// Cross-entropy with smoothed labels and class weights; the formula is in Losses/ClassLosses.swift.
func smoothedCrossEntropyRows(
  _ logits: Tensor, _ labels: [Int], smoothing: Double, weights: [Double], losses: Tensor, slopes: Tensor
) {
  switch logits.type {
  case .float32:
    smoothed(logits.pointer(Float.self), labels, smoothing, weights, losses.pointer(Float.self),
      slopes.pointer(Float.self), logits.shape[1])
  case .float64:
    smoothed(logits.pointer(Double.self), labels, smoothing, weights, losses.pointer(Double.self),
      slopes.pointer(Double.self), logits.shape[1])
  }
}

private func smoothed<S: RealElement>(
  _ logits: UnsafeMutablePointer<S>, _ labels: [Int], _ smoothing: Double, _ weights: [Double],
  _ losses: UnsafeMutablePointer<S>, _ slopes: UnsafeMutablePointer<S>, _ columns: Int
) {
  let spread = (0..<columns).map { S(smoothing / Double(columns) * (weights.isEmpty ? 1 : weights[$0])) }
  let spreadTotal = spread.reduce(0, +)
  for (row, label) in labels.enumerated() {
    let (x, slope) = (logits + row * columns, slopes + row * columns)
    let highest = x[argmax(x, columns)]
    var total: S = 0
    for c in 0..<columns { slope[c] = S.exponential(x[c] - highest) }
    for c in 0..<columns { total += slope[c] }
    let logarithm = S.logarithm(total)
    let own = S((1 - smoothing) * (weights.isEmpty ? 1 : weights[label]))
    let scale = (own + spreadTotal) / total
    var loss = own * (logarithm + highest - x[label])
    for c in 0..<columns {
      loss += spread[c] * (logarithm + highest - x[c])
      slope[c] = scale * slope[c] - spread[c]
    }
    slope[label] -= own
    losses[row] = loss
  }
}

/// The multi-class margin loss; the formula is in Losses/ClassLosses.swift.
func hingeRows(_ x: Tensor, _ labels: [Int], margin: Double, losses: Tensor, slopes: Tensor) {
  switch x.type {
  case .float32:
    hinge(x.pointer(Float.self), labels, Float(margin), losses.pointer(Float.self), slopes.pointer(Float.self),
      x.shape[1])
  case .float64:
    hinge(x.pointer(Double.self), labels, margin, losses.pointer(Double.self), slopes.pointer(Double.self), x.shape[1])
  }
}

private func hinge<S: Element>(
  _ rows: UnsafeMutablePointer<S>, _ labels: [Int], _ margin: S, _ losses: UnsafeMutablePointer<S>,
  _ slopes: UnsafeMutablePointer<S>, _ columns: Int
) {
  let share = 1 / S(columns)
  for (row, label) in labels.enumerated() {
    let (x, slope) = (rows + row * columns, slopes + row * columns)
    var (loss, above): (S, S) = (0, 0)
    for c in 0..<columns {
      let excess = margin - x[label] + x[c]
      let counts = c != label && excess > 0
      slope[c] = counts ? share : 0
      if counts { (loss, above) = (loss + excess, above + share) }
      // NaN must not look like a loss of 0.
      if excess.isNaN { loss = excess }
    }
    slope[label] = -above
    losses[row] = loss * share
  }
}

/// Cosine losses; the formula is in Losses/CosineLoss.swift.
func cosineRows(
  _ x: Tensor, _ targets: Tensor, signs: [Int], margin: Double, losses: Tensor, slopes: Tensor, _ targetSlopes: Tensor?
) {
  switch x.type {
  case .float32:
    cosine(x.pointer(Float.self), targets.pointer(Float.self), signs, margin, losses.pointer(Float.self),
      slopes.pointer(Float.self), targetSlopes?.pointer(Float.self), losses.count, x.count / losses.count)
  case .float64:
    cosine(x.pointer(Double.self), targets.pointer(Double.self), signs, margin, losses.pointer(Double.self),
      slopes.pointer(Double.self), targetSlopes?.pointer(Double.self), losses.count, x.count / losses.count)
  }
}

/// d cos / dx = t / (|x| |t|) - cos x / |x|², and the same the other way round; sums in Double.
private func cosine<S: Element>(
  _ rows: UnsafeMutablePointer<S>, _ targets: UnsafeMutablePointer<S>, _ signs: [Int], _ margin: Double,
  _ losses: UnsafeMutablePointer<S>, _ slopes: UnsafeMutablePointer<S>, _ targetSlopes: UnsafeMutablePointer<S>?,
  _ count: Int, _ columns: Int
) {
  for row in 0..<count {
    let (x, t) = (rows + row * columns, targets + row * columns)
    var (xx, tt, xt) = (0.0, 0.0, 0.0)
    for c in 0..<columns {
      let (a, b) = (Double(x[c]), Double(t[c]))
      xx += a * a
      tt += b * b
      xt += a * b
    }
    let product = (xx * tt).squareRoot()
    let cosine = product == 0 ? 0 : xt / product
    let isApart = !signs.isEmpty && signs[row] == -1
    losses[row] = S(isApart ? (cosine > margin ? cosine - margin : 0 * cosine) : 1 - cosine)
    let direction = isApart ? (cosine > margin ? 1.0 : 0) : -1
    let mixed = product == 0 ? 0 : direction / product
    let ownX = xx == 0 ? 0 : direction * cosine / xx
    let ownT = tt == 0 ? 0 : direction * cosine / tt
    let slope = slopes + row * columns
    for c in 0..<columns { slope[c] = S(mixed * Double(t[c]) - ownX * Double(x[c])) }
    if let slope = targetSlopes.map({ $0 + row * columns }) {
      for c in 0..<columns { slope[c] = S(mixed * Double(x[c]) - ownT * Double(t[c])) }
    }
  }
}
