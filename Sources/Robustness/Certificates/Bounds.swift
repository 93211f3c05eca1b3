// Interval bounds propagated through a model (Gowal et al. 2018): each layer says what it makes of a box.
// Layers are in LinearBounds.swift, MonotoneBounds.swift, ContainerBounds.swift and QuantumBounds.swift.

import Learning
import Tensors

/// A layer that knows what it makes of a box of inputs.
protocol BoundedLayer: Layer {
  /// A box that contains the outputs for all inputs in a box; the layer is built for Double and in evaluation mode.
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box
}

/// How tight bounds of circuits are made.
package struct BoundSettings: Sendable {
  /// How much wider than the exact range of a circuit's output its bounds may be.
  package var tolerance = 1e-3
  package init() {}
}

extension Layer {
  /// The layer's bound; one without is named.
  func boundOutput(_ box: Box, _ settings: BoundSettings) throws -> Box {
    guard let layer = self as? any BoundedLayer else {
      throw EngineError.value("there is no interval bound for \(Self.aKind(title)); certify by randomised smoothing, which takes any model")
    }
    return try layer.bound(box, settings)
  }

  static func aKind(_ title: String) -> String { "layers of kind \"\(title)\"" }

  /// A child's bound, with its place in front of what goes wrong.
  func boundChild(_ child: Layer, _ place: String, _ box: Box, _ settings: BoundSettings) throws -> Box {
    do { return try child.boundOutput(box, settings) } catch let error as EngineError {
      throw EngineError(error.kind, "\(place): \(error.message)")
    }
  }

  /// Bounds of the outputs for all inputs in a box low...high, [batch, ...] each.  The model is copied in Double; bounds
  /// are those of its exact values up to rounding of that.
  package func bounds(low: Tensor, high: Tensor, _ settings: BoundSettings = BoundSettings()) throws -> Box {
    guard low.shape == high.shape else {
      throw EngineError.shape("low is \(Tensors.describe(shape: low.shape)), high \(Tensors.describe(shape: high.shape)); they must agree")
    }
    guard let inputShape, low.shape.dropFirst().elementsEqual(inputShape), low.rank >= 1, low.shape[0] > 0 else {
      throw EngineError.shape("the model takes {batch, \((inputShape ?? []).map(String.init).joined(separator: ", "))}, the box is \(Tensors.describe(shape: low.shape))")
    }
    for i in 0..<low.count {
      guard low[i] <= high[i], low[i].isFinite, high[i].isFinite else {
        throw EngineError.value("the box is \(low[i])...\(high[i]) in value \(i); low must be at most high, both finite")
      }
    }
    return try inDouble().boundOutput(Box(low.cast(to: .float64), high.cast(to: .float64)), settings)
  }
}

extension SequentialLayer: BoundedLayer {
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box {
    try bound(box, layers.indices, settings)
  }

  /// Through some of the layers.
  func bound(_ box: Box, _ range: Range<Int>, _ settings: BoundSettings) throws -> Box {
    var box = box
    for i in range { box = try boundChild(layers[i], "layer \(i) (\(layers[i].title))", box, settings) }
    return box
  }
}
