// Where a value that is not finite came from: the batch is run again, layer by layer.

import Tensors

struct NonFiniteTrace {
  /// "layer 2 (dense)", or nil when the model's output is finite.
  var place: String?
  var reason: String

  init(_ model: Layer, _ batch: Tensor, lr: Double) throws {
    if batch.firstNonFinite != nil {
      (place, reason) = ("the batch itself", "samples or their augmentation are at fault")
      return
    }
    (place, reason) = (nil, "the model's output is finite, so it is the loss: the logarithm of 0, or targets out of its range")
    try Recording.off {
      var x = Variable(batch)
      _ = try follow(model, 0..<model.depth, &x, "", lr)
    }
  }

  /// Runs a layer's parts; true when it found the place.
  private mutating func follow(
    _ layer: Layer, _ range: Range<Int>, _ x: inout Variable, _ name: String, _ lr: Double
  ) throws -> Bool {
    if let sequential = layer as? SequentialLayer {
      for i in range {
        let inner = sequential.layers[i]
        let shown = (name.isEmpty ? "" : name + ": ") + "layer \(i) (\(inner.kind))"
        if try follow(inner, 0..<inner.depth, &x, shown, lr) { return true }
      }
      return false
    }
    let shown = name.isEmpty ? layer.kind : name
    if let parameter = layer.parameters.first(where: { $0.variable.value.firstNonFinite != nil }) {
      (place, reason) = (
        shown,
        "its \(parameter.name) stopped being finite in an earlier step: the learning rate \(lr) may be too large, or gradients want clipping"
      )
      return true
    }
    x = try layer.forward(x)
    guard let index = x.value.firstNonFinite else { return false }
    (place, reason) = (shown, "\(hint(layer)) (its input is finite, its output holds \(x.value[index]))")
    return true
  }

  private func hint(_ layer: Layer) -> String {
    switch layer.kind {
    case "log": return "the logarithm of 0 or less"
    case "sqrt": return "the square root of a number below 0"
    case "exp": return "the exponential of a number too large"
    default: return "its values have grown too large; a smaller learning rate or clipped gradients may help"
    }
  }
}
