// Operations and losses with their arguments, for the gradient checks.

import Learning
import Tensors

let movingOperations: [Differentiable] = [
  .init("power", [[3, 4], [4]], in: (0.5, 2)) { try $0[0].power($0[1]) },
  .init("maximum", [[3, 4], [4]]) { try $0[0].maximum($0[1]) },
  .init("minimum", [[3, 1], [3, 4]]) { try $0[0].minimum($0[1]) },
  .init("clamp", [[20]]) { try $0[0].clamped(low: -0.4, high: 0.3) },
  .init("where", [[3, 1], [4]]) {
    try Variable(Tensor([1.0, 0, 0, 1], [4])).select($0[0], $0[1])
  },
  .init("matmul of batches", [[2, 3, 4], [2, 4, 5]]) { try $0[0].multiplied(by: $0[1]) },
  .init("matmul, one matrix for all", [[2, 3, 4], [4, 5]]) { try $0[0].multiplied(by: $0[1]) },
  .init("matmul, batches stretched", [[2, 1, 3, 4], [3, 4, 2]]) { try $0[0].multiplied(by: $0[1]) },
  .init("matmul, one on the left", [[3, 4], [2, 4, 2]]) { try $0[0].multiplied(by: $0[1]) },
  .init("permute", [[2, 3, 4]]) { try $0[0].permuted([2, 0, 1]).map(.square) },
  .init("transpose", [[3, 4]]) { try $0[0].transposed().map(.square) },
  .init("slice", [[3, 7]]) { try $0[0].sliced(axis: 1, start: 1, count: 3, step: 2).map(.square) },
  .init("slice backwards", [[3, 7]]) { try $0[0].sliced(axis: -1, start: 6, count: 4, step: -2).map(.square) },
  .init("select", [[3, 4, 2]]) { try $0[0].selected(axis: 1, 2).map(.square) },
  .init("index", [[4, 3]]) { try $0[0].indexed(axis: 0, [2, 0, 2]).map(.square) },
  .init("index in the middle", [[2, 4, 3]]) { try $0[0].indexed(axis: 1, [3, 3, 0]).map(.square) },
  .init("flip", [[3, 4]]) { try $0[0].flipped([0, -1]).map(.square) },
  .init("expand", [[3, 1]]) { try $0[0].expanded(to: [2, -1, 4]).map(.square) },
  .init("tile", [[2, 3]]) { try $0[0].repeated([2, 1, 3]).map(.square) },
  .init("pad", [[2, 3]]) { try $0[0].padded(before: [1, 0], after: [0, 2], value: 3).map(.square) },
  .init("concat", [[2, 3], [2, 1], [2, 2]]) { try Variable.concat($0, axis: 1).map(.square) },
  .init("concat with itself", [[2, 3]]) { try Variable.concat([$0[0], $0[0]], axis: 0).map(.square) },
  .init("stack", [[2, 3], [2, 3]]) { try Variable.stack($0, axis: -1).map(.square) },
  .init("split", [[5, 2]]) { x in
    let parts = try x[0].split(axis: 0, sizes: [2, 3])
    return try parts[0].map(.square).sum() * parts[1].sum()
  },
  .init("softmax", [[3, 4]], in: (-3, 3)) { try $0[0].softmax() },
  .init("softmax of columns", [[3, 4]], in: (-3, 3)) { try $0[0].softmax(axis: 0) },
  .init("log softmax", [[3, 4]], in: (-3, 3)) { try $0[0].logSoftmax() },
  .init("running sums", [[3, 4]]) { try $0[0].cumulativeSum(axis: 0) },
] + Reduction.allCases.flatMap { reduction in
  [nil, [0], [1], [-1], [0, 2], [1, 2], [2, 0, 1]].flatMap { (axes: [Int]?) in
    [false, true].map { keep in
      Differentiable("\(reduction) over \(axes.map { "\($0)" } ?? "all")\(keep ? ", kept" : "")", [[3, 4, 2]], in: (0.2, 2)) {
        try $0[0].reduced(reduction, axes: axes, keep: keep)
      }
    }
  }
}

private func row(
  _ kind: Loss.Kind, _ name: String = "", shapes: [[Int]] = [[4, 3], [4, 3]], in range: (Double, Double) = (-2, 2),
  labels: [Int]? = nil, _ options: @escaping @Sendable (inout Loss) -> Void = { _ in }
) -> [Differentiable] {
  Loss.Reduction.allCases.map { reduction in
    Differentiable("\(kind.name) \(name) \(reduction)", shapes, in: range) {
      var loss = Loss(kind)
      options(&loss)
      loss.reduction = reduction
      return try loss($0[0], labels: labels, targets: $0.count > 1 ? $0[1] : nil)
    }
  }
}

private let labels = [0, 2, 1, 2]

let lossRows: [Differentiable] =
  row(.crossEntropy, shapes: [[4, 3]], labels: labels)
  + row(.crossEntropy, "smoothed", shapes: [[4, 3]], labels: labels) { $0.labelSmoothing = 0.2 }
  + row(.crossEntropy, "weighted", shapes: [[4, 3]], labels: labels) { $0.classWeights = [1, 0.5, 2] }
  + row(.crossEntropy, "both", shapes: [[4, 3]], labels: labels) {
    ($0.labelSmoothing, $0.classWeights) = (0.1, [1, 0.5, 2])
  }
  + row(.nll, shapes: [[4, 3]], labels: labels)
  + row(.nll, "weighted", shapes: [[4, 3]], labels: labels) { $0.classWeights = [1, 0.5, 2] }
  + row(.hinge, shapes: [[4, 3]], labels: labels)
  + row(.hinge, "with a margin", shapes: [[4, 3]], labels: labels) { $0.margin = 0.5 }
  + row(.bce, in: (0.1, 0.9)) + row(.bceWithLogits, in: (0.1, 0.9)) + row(.mse) + row(.l1)
  + row(.huber) + row(.huber, "narrow") { $0.delta = 0.3 }
  + row(.kl, in: (0.1, 0.9)) + row(.cosine) + row(.cosine, "of images", shapes: [[2, 2, 3], [2, 2, 3]])
  + row(.cosineEmbedding, labels: [1, -1, -1, 1])
  + row(.cosineEmbedding, "with a margin", in: (0.5, 1), labels: [1, -1, -1, 1]) { $0.margin = 0.2 }
  + row(.mse, "of labels", shapes: [[4, 3]], labels: labels)

/// x w + body(x), with a parameter and an inner layer.
func bilinear() throws -> CustomLayer {
  try CustomLayer(
    "bilinear", layers: [NamedLayer("body", DenseLayer(units: 2))],
    LayerFunctions(
      build: { plan, input in
        try plan.parameter("w", [input[0], 2], .uniform(low: -1, high: 1))
        return try plan.layer(0, input)
      },
      forward: { layer, x in
        try x.multiplied(by: layer.parameters[0].variable) + layer.innerLayers[0].forward(x)
      }))
}
