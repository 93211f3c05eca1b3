// Boxes through layers made of layers.

import Learning
import Tensors

extension FrozenLayer: BoundedLayer {
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box {
    try boundChild(layer, "frozen (\(layer.title))", box, settings)
  }
}

extension ResidualLayer: BoundedLayer {
  /// The sum of both ways' bounds, as if they did not know of each other.
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box {
    let straight = try shortcut.map { try boundChild($0, "shortcut (\($0.title))", box, settings) } ?? box
    return try body.bound(box, settings) + straight
  }
}

extension ParallelLayer: BoundedLayer {
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box {
    let boxes = try branches.map { try boundChild($0.layer, "branch \($0.name) (\($0.layer.title))", box, settings) }
    switch combine {
    case .concat:
      func join(_ parts: [Tensor]) throws -> Tensor { try Variable.concat(parts.map { Variable($0) }, axis: 1).value }
      return Box(try join(boxes.map(\.low)), try join(boxes.map(\.high)))
    case .add: return boxes.dropFirst().reduce(boxes[0], +)
    case .mean:
      let sum = boxes.dropFirst().reduce(boxes[0], +)
      let (low, high) = (sum.low.copy(), sum.high.copy())
      for i in 0..<low.count {
        low[i] /= Double(boxes.count)
        high[i] /= Double(boxes.count)
      }
      return Box(low, high)
    case .multiply: return boxes.dropFirst().reduce(boxes[0], product)
    }
  }

  private func product(_ a: Box, _ b: Box) -> Box {
    let (low, high) = (Tensor(uninitialized: .float64, a.shape), Tensor(uninitialized: .float64, a.shape))
    for i in 0..<low.count {
      let corners = [a.low[i] * b.low[i], a.low[i] * b.high[i], a.high[i] * b.low[i], a.high[i] * b.high[i]]
      low[i] = corners.min() ?? 0
      high[i] = corners.max() ?? 0
    }
    return Box(low, high)
  }
}
