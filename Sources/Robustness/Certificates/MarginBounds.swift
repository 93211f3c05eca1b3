// Lower bounds of how far a sample's own output is above the others.

import Learning
import Tensors

/// Bounds of z[label] - max z[other] for one model.
struct MarginBounds {
  private let layers: [Layer]
  private let isSequence: Bool
  private let settings: BoundSettings

  init(_ model: Layer, _ settings: BoundSettings) throws {
    let twin = try model.inDouble()
    var layers = (twin as? SequentialLayer)?.layers ?? [twin]
    isSequence = twin is SequentialLayer
    if layers.count > 1, let last = layers.last as? SoftmaxLayer, last.keepsOrder { layers.removeLast() }
    (self.layers, self.settings) = (layers, settings)
  }

  /// The largest magnitude of each sample's outputs, 1 at least.
  func sizes(_ x: Tensor) throws -> [Double] {
    let z = try layers.reduce(x) { try $1.infer($0) }
    let classes = z.count / x.shape[0]
    return (0..<x.shape[0]).map { row in (0..<classes).reduce(1) { max($0, abs(z[row * classes + $1])) } }
  }

  /// For each sample of a region the best bound that any place on the way back gives: differences of outputs are pulled back
  /// from the end, and at each layer's inputs compared with the box known there.
  func least(_ region: Region, _ labels: [Int]) throws -> [Double] {
    let relaxer = Relaxer(region, settings)
    var (boxes, steps) = ([region.box], [Relaxation]())
    for (i, layer) in layers.enumerated() {
      let next = isSequence
        ? try layer.relaxChild(layer, "layer \(i) (\(layer.title))", boxes[i], steps, relaxer)
        : try layer.relaxed(boxes[i], steps, relaxer)
      boxes.append(next.box)
      steps.append(next.step)
    }
    var margins = differences(labels, classes: boxes[layers.count].shape[1])
    var best = margins.least(over: boxes[layers.count])
    for i in layers.indices.reversed() where steps[i...].allSatisfy(\.isKnown) {
      margins = try steps[i].pull(margins)
      let here = i == 0 ? region.least(margins) : margins.least(over: boxes[i])
      best = zip(best, here).map { $0 >= $1 ? $0 : $1 }
    }
    // Of intervals without an end nothing follows.
    let sure = best.map { $0.isNaN ? -.infinity : $0 }
    return labels.indices.map { row in sure[row * margins.count..<(row + 1) * margins.count].min() ?? .infinity }
  }

  /// z[label] - z[other] for each other class.
  private func differences(_ labels: [Int], classes: Int) -> Functionals {
    let f = Functionals(zero: [labels.count, classes], count: classes - 1)
    for (row, label) in labels.enumerated() {
      for (k, other) in (0..<classes).filter({ $0 != label }).enumerated() {
        f.weights[(row * (classes - 1) + k) * classes + label] = 1
        f.weights[(row * (classes - 1) + k) * classes + other] = -1
      }
    }
    return f
  }
}
