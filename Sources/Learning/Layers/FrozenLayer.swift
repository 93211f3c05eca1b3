// A part of a model that was trained before and stays as it is.

import Tensors

/// The layer inside with its parameters frozen and in evaluation mode, also while the model around it is trained: batch
/// statistics do not move and nothing is dropped.  Gradients of inputs go through it.  Building the model around it
/// keeps what was trained; only a layer that was never built is drawn.
///
/// Unfreezing the model does not reach inside; unfreeze the layer itself, or take it out of its wrapper.
public final class FrozenLayer: ContainerLayer, SpecifiedLayer {
  public let layer: Layer

  public init(_ layer: Layer) {
    self.layer = layer
    super.init()
    layer.setTrainable(false)
  }

  static let kindName = "frozen"
  package override var specification: JSON {
    get throws { specified(Self.kindName, [("layer", try layer.specification)]) }
  }

  convenience init(specification: JSON) throws { self.init(try specification.layer("layer")) }

  override var kind: String { Self.kindName }
  override var children: [Layer] { [layer] }
  override var keepsBuilt: Bool { true }
  override func childName(_ index: Int) -> String { "layer" }
  override func label(_ index: Int) -> String { layer is SequentialLayer ? "" : "layer" }
  /// In evaluation only what is random even there remains.
  override var isUnsteady: Bool { layer.allLayers.contains { $0.isAlwaysRandom } }

  /// What is inside stays frozen.
  public override func setTrainable(_ trainable: Bool) {}

  override func flow(_ input: [Int], _ child: (Int, [Int]) throws -> [Int]) throws -> [Int] { try child(0, input) }

  override func apply(_ x: Variable) throws -> Variable {
    try layer.withTraining(false) { try output(0, x) }
  }
}
