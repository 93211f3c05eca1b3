// Loops of Boundary.swift and DeepFool.swift.
// Assumed checked: equal shapes [rows, ...] and one element type.

import Tensors

/// The length that belongs to a norm when the distance to a plane is |value| / length: linf → Σ|w|, l2 → |w|₂, l1 → max|w|.
func dualLength<S: Element>(_ w: UnsafePointer<S>, _ count: Int, _ norm: ThreatModel.Norm) -> Double {
  switch norm {
  case .linf:
    var sum = 0.0
    for i in 0..<count { sum += Double(abs(w[i])) }
    return sum
  case .l2:
    var sum = 0.0
    for i in 0..<count { sum += Double(w[i]) * Double(w[i]) }
    return sum.squareRoot()
  case .l1, .l0:
    var largest: S = 0
    for i in 0..<count { largest = max(largest, abs(w[i])) }
    return Double(largest)
  }
}

func dualLengths(_ w: Tensor, _ norm: ThreatModel.Norm) -> [Double] {
  let rows = w.shape[0]
  let width = w.count / max(1, rows)
  switch w.type {
  case .float32: return (0..<rows).map { dualLength(w.pointer(Float.self) + $0 * width, width, norm) }
  case .float64: return (0..<rows).map { dualLength(w.pointer(Double.self) + $0 * width, width, norm) }
  }
}

/// For each row the class whose straightened boundary with the label's is nearest: writes the difference of gradients,
/// gives the difference of outputs.  Where no class depends on the sample, the difference written is 0.
func nearestDifferences(
  _ gradients: [Tensor], _ logits: Logits, _ labels: [Int], _ norm: ThreatModel.Norm, into normals: Tensor
) -> [Double] {
  switch normals.type {
  case .float32: return nearestDifferences(gradients, logits, labels, norm, normals, Float.self)
  case .float64: return nearestDifferences(gradients, logits, labels, norm, normals, Double.self)
  }
}

private func nearestDifferences<S: Element>(
  _ gradients: [Tensor], _ logits: Logits, _ labels: [Int], _ norm: ThreatModel.Norm, _ normals: Tensor, _: S.Type
) -> [Double] {
  let width = normals.count / max(1, labels.count)
  var chosen = [Int](repeating: 0, count: labels.count)
  chosen.withUnsafeMutableBufferPointer { chosen in
    let chosen = chosen
    Parallel.ranges(labels.count, grain: rowGrain(width, work: gradients.count)) { _, range in
      var difference = [S](repeating: 0, count: width)
      for row in range {
        let own = gradients[labels[row]].pointer(S.self) + row * width
        var nearest = Double.infinity
        chosen[row] = labels[row]
        for k in gradients.indices where k != labels[row] {
          let other = gradients[k].pointer(S.self) + row * width
          for i in 0..<width { difference[i] = other[i] - own[i] }
          let length = dualLength(difference, width, norm)
          let distance = length > 0 ? abs(logits[row, k] - logits[row, labels[row]]) / length : .infinity
          if distance < nearest { (nearest, chosen[row]) = (distance, k) }
        }
        let (other, to) = (gradients[chosen[row]].pointer(S.self) + row * width, normals.pointer(S.self) + row * width)
        for i in 0..<width { to[i] = other[i] - own[i] }
      }
    }
  }
  return labels.indices.map { row in
    chosen[row] == labels[row] ? logits[row, logits.best(row, except: labels[row])] - logits[row, labels[row]]
      : logits[row, chosen[row]] - logits[row, labels[row]]
  }
}

/// total ← total + the shortest way by `gaps` along the normals, rows of total by number; x = clip(clean + scale · total).
/// linf: the same change of every value, with the normal's signs.
func walk(
  _ total: Tensor, rows: [Int], normals: Tensor, gaps: [Double], norm: ThreatModel.Norm, clean: Tensor, scale: Double,
  low: Double, high: Double
) -> Tensor {
  let x = Tensor(uninitialized: clean.type, clean.shape)
  switch x.type {
  case .float32: walk(total, rows, normals, gaps, norm, clean, x, Float(scale), Float(low), Float(high))
  case .float64: walk(total, rows, normals, gaps, norm, clean, x, scale, low, high)
  }
  return x
}

private func walk<S: Element>(
  _ total: Tensor, _ rows: [Int], _ normals: Tensor, _ gaps: [Double], _ norm: ThreatModel.Norm, _ clean: Tensor,
  _ x: Tensor, _ scale: S, _ low: S, _ high: S
) {
  let width = x.count / max(1, rows.count)
  for (place, row) in rows.enumerated() {
    let (sum, w) = (total.pointer(S.self) + row * width, normals.pointer(S.self) + place * width)
    let (from, to) = (clean.pointer(S.self) + place * width, x.pointer(S.self) + place * width)
    let length = dualLength(w, width, norm)
    if length > 0 {
      let step = S(norm == .linf ? gaps[place] / length : gaps[place] / length / length)
      if norm == .linf {
        for i in 0..<width { sum[i] += w[i] > 0 ? step : w[i] < 0 ? -step : 0 }
      } else {
        for i in 0..<width { sum[i] += step * w[i] }
      }
    }
    for i in 0..<width {
      let v = from[i] + scale * sum[i]
      to[i] = v < low ? low : v > high ? high : v
    }
  }
}
