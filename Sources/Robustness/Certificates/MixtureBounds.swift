// Boxes through softmax and through mixtures whose weights are one.

import Glibc
import Learning
import Tensors

/// Bounds of softmax over values in intervals: 1 / (1 + Σ_{j≠i} exp(z_j - z_i)) is least where z_i is low and the others high.
private func softmaxBounds(_ low: [Double], _ high: [Double], logarithmic: Bool) -> (low: [Double], high: [Double]) {
  func value(_ i: Int, _ own: [Double], _ others: [Double]) -> Double {
    let top = low.indices.reduce(0.0) { $1 == i ? $0 : max($0, others[$1] - own[i]) }
    let sum = low.indices.reduce(exp(-top)) { $1 == i ? $0 : $0 + exp(others[$1] - own[i] - top) }
    return -(top + log(sum))
  }
  let below = low.indices.map { value($0, low, high) * (1 + 1e-13) - 1e-13 }
  let above = low.indices.map { min(0, value($0, high, low) * (1 - 1e-13) + 1e-13) }
  return logarithmic ? (below, above) : (below.map { exp($0) * (1 - 1e-13) }, above.map { min(1, exp($0) * (1 + 1e-13)) })
}

extension SoftmaxLayer: BoundedLayer {
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box {
    let axis = axis < 0 ? axis + box.shape.count : axis
    let (count, inner) = (box.shape[axis], box.shape[(axis + 1)...].reduce(1, *))
    let (low, high) = (box.low.copy(), box.high.copy())
    for outer in 0..<box.low.count / (count * inner) {
      for place in 0..<inner {
        let places = (0..<count).map { (outer * count + $0) * inner + place }
        let found = softmaxBounds(places.map { box.low[$0] }, places.map { box.high[$0] }, logarithmic: isLogarithmic)
        for (k, i) in places.enumerated() { (low[i], high[i]) = (found.low[k], found.high[k]) }
      }
    }
    return Box(low, high)
  }

  /// Whether the order of a sample's outputs is that of its inputs.
  var keepsOrder: Bool { inputShape?.count == 1 }
}

extension FusionLayer: RelaxedContainer {
  /// Bounds of the weights, [batch][branch][1 or values].
  private func weights(_ gate: Box) -> [[(low: [Double], high: [Double])]] {
    let (count, batch) = (branches.count, gate.shape[0])
    let width = gate.shape[1] / count
    let (low, high) = (gate.low.doubles, gate.high.doubles)
    return (0..<batch).map { row in
      (0..<width).map { k in
        let places = (0..<count).map { (row * count + $0) * width + k }
        return softmaxBounds(places.map { low[$0] }, places.map { high[$0] }, logarithmic: false)
      }
    }
  }

  /// The least Σ w_i y_i over weights in their intervals that add up to one: the rest above the least weights goes to the
  /// smallest values first.
  private func least(_ low: [Double], _ high: [Double], _ y: [Double]) -> Double {
    var (rest, sum) = (1 - low.reduce(0, +), 0.0)
    for i in y.indices { sum += low[i] * y[i] }
    for i in y.indices.sorted(by: { y[$0] < y[$1] }) where rest > 0 {
      let more = min(rest, high[i] - low[i])
      sum += more * y[i]
      rest -= more
    }
    return sum
  }

  func relax(_ box: Box, _ way: [Relaxation], _ relaxer: Relaxer) throws -> Relaxed {
    let parts = try branches.map { try relaxChild($0.layer, "branch \($0.name) (\($0.layer.title))", box, way, relaxer) }
    // It is the first layer inside that belongs to no branch.
    let owned = Set(branches.flatMap { $0.layer.allLayers }.map(ObjectIdentifier.init))
    guard let gate = allLayers.dropFirst().first(where: { !owned.contains(ObjectIdentifier($0)) }) else {
      throw EngineError.value("there is no interval bound for a fusion whose gate is one of its branches")
    }
    let weights = weights(try relaxChild(gate, "gate (\(gate.title))", box, way, relaxer).box)
    let shape = parts[0].box.shape
    let (batch, values) = (shape[0], shape.dropFirst().reduce(1, *))
    let (low, high) = (Tensor(uninitialized: .float64, shape), Tensor(uninitialized: .float64, shape))
    var bands = parts.map { _ in Band(identity: shape) }
    for row in 0..<batch {
      for k in 0..<values {
        let place = row * values + k
        let w = weights[row][weights[row].count == 1 ? 0 : k]
        let (below, above) = (parts.map { $0.box.low[place] }, parts.map { $0.box.high[place] })
        let slack = 1e-12 * zip(below, above).reduce(0) { max($0, max(abs($1.0), abs($1.1))) }
        low[place] = least(w.low, w.high, below) - slack
        high[place] = -least(w.low, w.high, above.map { -$0 }) + slack
        // Σ w_i y_i = Σ v_i y_i + Σ (w_i - v_i)(y_i - m) for any m, as both weights add up to one.
        let middles = zip(w.low, w.high).map { ($0 + $1) / 2 }
        let total = middles.reduce(0, +)
        let v = middles.map { $0 / total }
        let m = ((below.min() ?? 0) + (above.max() ?? 0)) / 2
        let reach = v.indices.reduce(slack) {
          let d = max(w.high[$1] - v[$1], v[$1] - w.low[$1])
          return $0 + d * max(abs(below[$1] - m), abs(above[$1] - m))
        }
        for i in v.indices {
          let extra = i == 0 ? reach : 0
          bands[i].set(place, low: Line(slope: v[i], offset: -extra), high: Line(slope: v[i], offset: extra))
        }
      }
    }
    return (Box(low, high), .join(zip(parts, bands).map { .chain([$0.step, .band($1)]) }, axis: nil))
  }
}
