// One body with several outputs.

import Tensors

/// A trunk and several heads on what it gives.  The output is the heads' outputs one after the other, {batch, sum of
/// widths}; `head` gives the model with one of them alone.
public final class HeadsLayer: ContainerLayer, SpecifiedLayer {
  public let trunk: Layer
  public let heads: [NamedLayer]

  /// At least one head.
  public init(trunk: Layer, heads: [NamedLayer]) throws {
    guard !heads.isEmpty else { throw EngineError.value("a model with heads needs at least one") }
    try checkNames(heads, of: "head", "heads")
    if let clash = heads.first(where: { $0.name == "trunk" }) {
      throw EngineError.value("a head is called '\(clash.name)', which is the name of what comes before the heads")
    }
    (self.trunk, self.heads) = (trunk, heads)
    super.init()
  }

  static let kindName = "heads"
  package override var specification: JSON {
    get throws { specified(Self.kindName, [("trunk", try trunk.specification), ("heads", try .layers(heads))]) }
  }

  convenience init(specification: JSON) throws {
    try self.init(trunk: specification.layer("trunk"), heads: specification.layers("heads"))
  }

  override var kind: String { Self.kindName }
  override var detail: String { heads.map(\.name).joined(separator: ", ") }
  override var children: [Layer] { [trunk] + heads.map(\.layer) }
  override func childName(_ index: Int) -> String { index == 0 ? "trunk" : heads[index - 1].name }
  override func label(_ index: Int) -> String { index == 0 ? "trunk" : "head \(heads[index - 1].name)" }

  override func flow(_ input: [Int], _ child: (Int, [Int]) throws -> [Int]) throws -> [Int] {
    let body = try child(0, input)
    var width = 0
    for (i, head) in heads.enumerated() {
      let shape = try child(i + 1, body)
      guard shape.count == 1 else {
        throw EngineError.shape("head \(head.name) gives \(Self.batched(shape)), it must give {batch, n}")
      }
      width += shape[0]
    }
    return [width]
  }

  override func apply(_ x: Variable) throws -> Variable {
    let body = try output(0, x)
    return try Variable.concat(heads.indices.map { try output($0 + 1, body) }, axis: 1)
  }

  /// The model that gives this head's output alone; it shares all parameters.
  public func head(_ name: String) throws -> Layer {
    guard let head = heads.first(where: { $0.name == name }) else {
      throw EngineError.value(
        "there is no head '\(name)'; there is \(heads.map { "'\($0.name)'" }.joined(separator: ", "))")
    }
    return try SequentialLayer([trunk, head.layer])
  }
}
