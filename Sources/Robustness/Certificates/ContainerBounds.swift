// Boxes and linear functions through layers made of layers.

import Learning
import Tensors

extension SequentialLayer: RelaxedContainer {
  func relax(_ box: Box, _ way: [Relaxation], _ relaxer: Relaxer) throws -> Relaxed {
    var (box, steps) = (box, [Relaxation]())
    for (i, layer) in layers.enumerated() {
      let next = try relaxChild(layer, "layer \(i) (\(layer.title))", box, way + steps, relaxer)
      box = next.box
      steps.append(next.step)
    }
    return (box, .chain(steps))
  }
}

extension FrozenLayer: RelaxedContainer {
  func relax(_ box: Box, _ way: [Relaxation], _ relaxer: Relaxer) throws -> Relaxed {
    let inside = try relaxChild(layer, "frozen (\(layer.title))", box, way, relaxer)
    return (inside.box, inside.step)
  }
}

extension ResidualLayer: RelaxedContainer {
  /// The sum of both ways' bounds, as if they did not know of each other; linear functions of both add up.
  func relax(_ box: Box, _ way: [Relaxation], _ relaxer: Relaxer) throws -> Relaxed {
    let inside = try body.relax(box, way, relaxer)
    let around = try shortcut.map { try relaxChild($0, "shortcut (\($0.title))", box, way, relaxer) } ?? (box, .chain([]))
    return (inside.0 + around.box, .join([inside.1, around.step], axis: nil))
  }
}

extension HeadsLayer: RelaxedContainer {
  func relax(_ box: Box, _ way: [Relaxation], _ relaxer: Relaxer) throws -> Relaxed {
    let body = try relaxChild(trunk, "trunk (\(trunk.title))", box, way, relaxer)
    let parts = try heads.map {
      try relaxChild($0.layer, "head \($0.name) (\($0.layer.title))", body.box, way + [body.step], relaxer)
    }
    return (try Box(joining: parts.map(\.box)), .chain([body.step, .join(parts.map(\.step), axis: parts.map { $0.box.shape[1] })]))
  }
}

extension ParallelLayer: RelaxedContainer {
  func relax(_ box: Box, _ way: [Relaxation], _ relaxer: Relaxer) throws -> Relaxed {
    let parts = try branches.map { try relaxChild($0.layer, "branch \($0.name) (\($0.layer.title))", box, way, relaxer) }
    let boxes = parts.map(\.box)
    switch combine {
    case .concat: return (try Box(joining: boxes), .join(parts.map(\.step), axis: boxes.map { $0.shape[1] }))
    case .add: return (boxes.dropFirst().reduce(boxes[0], +), .join(parts.map(\.step), axis: nil))
    case .mean:
      let sum = boxes.dropFirst().reduce(boxes[0], +)
      let share = 1 / Double(boxes.count)
      let (low, high) = (sum.low.copy(), sum.high.copy())
      var band = Band(identity: sum.shape)
      for i in 0..<low.count {
        low[i] *= share
        high[i] *= share
        band.set(i, low: Line(slope: share, offset: 0), high: Line(slope: share, offset: 0))
      }
      return (Box(low, high), .chain([.join(parts.map(\.step), axis: nil), .band(band)]))
    case .multiply:
      return parts.dropFirst().reduce((parts[0].box, parts[0].step)) { product($0, ($1.box, $1.step)) }
    }
  }

  /// The corners of both intervals, and the planes through three of them (McCormick 1976): ab ≥ a⁻b + b⁻a - a⁻b⁻ and
  /// ab ≤ a⁺b + b⁻a - a⁺b⁻.
  private func product(_ a: (Box, Relaxation), _ b: (Box, Relaxation)) -> (Box, Relaxation) {
    let shape = a.0.shape
    let (low, high) = (Tensor(uninitialized: .float64, shape), Tensor(uninitialized: .float64, shape))
    var (first, second) = (Band(identity: shape), Band(identity: shape))
    for i in 0..<low.count {
      let (al, ah, bl, bh) = (a.0.low[i], a.0.high[i], b.0.low[i], b.0.high[i])
      let corners = [al * bl, al * bh, ah * bl, ah * bh]
      low[i] = corners.min() ?? 0
      high[i] = corners.max() ?? 0
      first.set(i, low: Line(slope: bl, offset: -al * bl), high: Line(slope: bl, offset: -ah * bl))
      second.set(i, low: Line(slope: al, offset: 0), high: Line(slope: ah, offset: 0))
    }
    return (Box(low, high), .join([.chain([a.1, .band(first)]), .chain([b.1, .band(second)])], axis: nil))
  }
}
