// The losses of TRADES and MART with their slopes, row by row in Double.
// Assumed checked: logits [rows, classes] of one type with two classes or more; a label in 0..<classes for each row.

import Glibc
import Tensors

func power(_ x: Double, _ exponent: Double) -> Double { pow(x, exponent) }

/// One row of logits as Doubles, with its probabilities and their logarithms.
private struct Row {
  let probabilities, logarithms: UnsafeMutablePointer<Double>
  let count: Int

  /// In 2 * count Doubles of someone else's.
  init(_ space: UnsafeMutablePointer<Double>, _ count: Int) {
    (probabilities, logarithms, self.count) = (space, space + count, count)
  }

  func read(_ z: Tensor, _ row: Int) {
    switch z.type {
    case .float32:
      let from = z.pointer(Float.self) + row * count
      for k in 0..<count { logarithms[k] = Double(from[k]) }
    case .float64:
      let from = z.pointer(Double.self) + row * count
      for k in 0..<count { logarithms[k] = from[k] }
    }
    var largest = logarithms[0]
    for k in 1..<count { largest = max(largest, logarithms[k]) }
    var total = 0.0
    for k in 0..<count { total += exp(logarithms[k] - largest) }
    let shift = largest + log(total)
    for k in 0..<count {
      logarithms[k] -= shift
      probabilities[k] = exp(logarithms[k])
    }
  }

  /// Σ p (log p - log q)
  func divergence(from other: Row) -> Double {
    var sum = 0.0
    for k in 0..<count { sum += probabilities[k] * (logarithms[k] - other.logarithms[k]) }
    return sum
  }
}

private func write(_ values: UnsafeMutablePointer<Double>, _ factor: Double, to tensor: Tensor, _ row: Int, _ count: Int) {
  switch tensor.type {
  case .float32:
    let to = tensor.pointer(Float.self) + row * count
    for k in 0..<count { to[k] = Float(factor * values[k]) }
  case .float64:
    let to = tensor.pointer(Double.self) + row * count
    for k in 0..<count { to[k] = factor * values[k] }
  }
}

/// Runs the body for each row with p of z, q of z' and places for the slopes by z and z'; the mean of what it returns.
private func meanOfRows(
  _ z: Tensor, _ attacked: Tensor, slopes: Tensor?, attackedSlopes: Tensor,
  _ body: (_ row: Int, _ p: Row, _ q: Row, _ dz: UnsafeMutablePointer<Double>, _ dq: UnsafeMutablePointer<Double>) -> Double
) -> Double {
  let (rows, count) = (z.shape[0], z.shape[1])
  let weight = 1 / Double(rows)
  var sum = 0.0
  withUnsafeTemporaryAllocation(of: Double.self, capacity: 6 * count) { space in
    guard let base = space.baseAddress else { return }
    let (p, q) = (Row(base, count), Row(base + 2 * count, count))
    let (dz, dq) = (base + 4 * count, base + 5 * count)
    for row in 0..<rows {
      p.read(z, row)
      q.read(attacked, row)
      sum += body(row, p, q, dz, dq)
      if let slopes { write(dz, weight, to: slopes, row, count) }
      write(dq, weight, to: attackedSlopes, row, count)
    }
  }
  return weight * sum
}

/// The mean of KL(softmax z ‖ softmax z') with its slopes by z'.
func divergenceRows(_ z: Tensor, _ attacked: Tensor, slopes: Tensor) -> Double {
  let count = z.shape[1]
  return meanOfRows(z, attacked, slopes: nil, attackedSlopes: slopes) { _, p, q, _, dq in
    for k in 0..<count { dq[k] = q.probabilities[k] - p.probabilities[k] }
    return p.divergence(from: q)
  }
}

func tradesRows(
  _ z: Tensor, _ attacked: Tensor, _ labels: [Int], beta: Double, slopes: Tensor, attackedSlopes: Tensor
) -> Double {
  let count = z.shape[1]
  return meanOfRows(z, attacked, slopes: slopes, attackedSlopes: attackedSlopes) { row, p, q, dz, dq in
    let divergence = p.divergence(from: q)
    for k in 0..<count {
      let (pk, qk) = (p.probabilities[k], q.probabilities[k])
      dz[k] = pk - (k == labels[row] ? 1 : 0) + beta * pk * (p.logarithms[k] - q.logarithms[k] - divergence)
      dq[k] = beta * (qk - pk)
    }
    return beta * divergence - p.logarithms[labels[row]]
  }
}

func martRows(
  _ z: Tensor, _ attacked: Tensor, _ labels: [Int], beta: Double, slopes: Tensor, attackedSlopes: Tensor
) -> Double {
  let count = z.shape[1]
  return meanOfRows(z, attacked, slopes: slopes, attackedSlopes: attackedSlopes) { row, p, q, dz, dq in
    let label = labels[row]
    var rival = label == 0 ? 1 : 0
    for k in 0..<count where k != label && q.probabilities[k] > q.probabilities[rival] { rival = k }
    // 1 - q of the rival without cancellation; no less than 1e-12, so that logarithms stay finite.
    var rest = 0.0
    for k in 0..<count where k != rival { rest += q.probabilities[k] }
    rest = max(rest, 1e-12)
    let divergence = p.divergence(from: q)
    let weight = 1 - p.probabilities[label]
    for k in 0..<count {
      let (pk, qk) = (p.probabilities[k], q.probabilities[k])
      let margin = q.probabilities[rival] / rest * ((k == rival ? 1 : 0) - qk)
      dq[k] = qk - (k == label ? 1 : 0) + margin + beta * weight * (qk - pk)
      let ofWeight = -p.probabilities[label] * ((k == label ? 1 : 0) - pk)
      let ofDivergence = pk * (p.logarithms[k] - q.logarithms[k] - divergence)
      dz[k] = beta * (weight * ofDivergence + divergence * ofWeight)
    }
    return -q.logarithms[label] - log(rest) + beta * divergence * weight
  }
}
