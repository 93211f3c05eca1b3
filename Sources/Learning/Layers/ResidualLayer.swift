// A detour around layers (He et al. 2016).

import Tensors

/// y = body(x) + shortcut(x); without a shortcut y = body(x) + x.  Both must give the same shape.
public final class ResidualLayer: ContainerLayer, SpecifiedLayer {
  public let body: SequentialLayer
  public let shortcut: Layer?

  /// At least one layer in the body.
  public init(_ layers: [Layer], shortcut: Layer? = nil) throws {
    guard !layers.isEmpty else { throw EngineError.value("a residual needs at least one layer inside") }
    body = try SequentialLayer(layers)
    self.shortcut = shortcut
    super.init()
  }

  static let kindName = "residual"
  package override var specification: JSON {
    get throws {
      var members = [("layers", JSON.array(try body.layers.map { try $0.specification }))]
      if let shortcut { members.append(("shortcut", try shortcut.specification)) }
      return specified(Self.kindName, members)
    }
  }

  convenience init(specification: JSON) throws {
    try self.init(
      specification.array("layers").map(Layer.make),
      shortcut: specification["shortcut"].map(Layer.make))
  }

  override var kind: String { Self.kindName }
  override var detail: String { shortcut == nil ? "+ input" : "+ shortcut" }
  override var children: [Layer] { shortcut.map { [body, $0] } ?? [body] }
  override func childName(_ index: Int) -> String { index == 0 ? "body" : "shortcut" }
  override func label(_ index: Int) -> String { index == 0 ? "" : "shortcut" }

  override func flow(_ input: [Int], _ child: (Int, [Int]) throws -> [Int]) throws -> [Int] {
    let inside = try child(0, input)
    let around = shortcut == nil ? input : try child(1, input)
    guard inside == around else {
      let what = shortcut == nil ? "the input is \(Self.batched(input))" : "the shortcut gives \(Self.batched(around))"
      let hint = shortcut == nil ? "; a shortcut = layer can bring it to that shape" : ""
      throw EngineError.shape("the layers inside give \(Self.batched(inside)), but \(what)\(hint)")
    }
    return inside
  }

  override func apply(_ x: Variable) throws -> Variable {
    let inside = try output(0, x)
    return try inside + (shortcut == nil ? x : output(1, x))
  }
}
