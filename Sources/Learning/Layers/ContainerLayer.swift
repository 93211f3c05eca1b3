// What layers have in common that hold other layers.

import Tensors

/// A layer made of others.  A subclass says its children, how shapes go through them, and the map itself.
///
/// Parameters, buffers, modes and specifications of what is inside are found through `children`; messages about it
/// are prefixed with its place.
public class ContainerLayer: Layer {
  /// The output's shape; `child` gives that of a child (by number) for an input.
  func flow(_ input: [Int], _ child: (Int, [Int]) throws -> [Int]) throws -> [Int] {
    preconditionFailure("a container says how shapes go through it")
  }

  /// What a child is in messages: "shortcut".  Nothing when the layers inside it say enough.
  func label(_ index: Int) -> String { childName(index) }

  /// What opens messages about a child.  A sequential's layers go on from there.
  private func title(_ index: Int) -> String {
    let label = label(index)
    return label.isEmpty || children[index] is SequentialLayer ? label : "\(label) (\(children[index].kind))"
  }

  /// What a child makes of x.
  final func output(_ index: Int, _ x: Variable) throws -> Variable {
    try children[index].run(x, named: title(index))
  }

  final override func inferShape(_ input: [Int]) throws -> [Int] {
    preconditionFailure("plan asks the layers inside")
  }

  final override func plan(
    _ type: ElementType, _ input: [Int], named name: @autoclosure () -> String
  ) throws -> [Int] {
    try prefixing(name()) {
      let output = try flow(input) { index, shape in
        try children[index].plan(type, shape, named: title(index))
      }
      try ensureFits(type, output)
      return output
    }
  }

  /// Whether building leaves children alone that are built already.
  var keepsBuilt: Bool { false }

  final override func create(_ input: [Int], _ building: inout Building) throws -> [Int] {
    let output = try flow(input) { index, shape in
      if keepsBuilt, children[index].isBuilt {
        return try children[index].plan(building.type, shape, named: title(index))
      }
      return try prefixing(title(index)) { try children[index].create(shape, &building) }
    }
    setShapes(building.type, input, output)
    return output
  }
}

/// Layers with names, in order: what containers take.
public struct NamedLayer {
  public let name: String
  public let layer: Layer
  public init(_ name: String, _ layer: Layer) { (self.name, self.layer) = (name, layer) }
}

/// Names that tell layers apart and can stand in the names of parameters.
func checkNames(_ layers: [NamedLayer], of what: String, _ several: String) throws {
  for (i, named) in layers.enumerated() {
    guard !named.name.isEmpty, !named.name.contains("."), !named.name.contains(" ") else {
      throw EngineError.value("\(what) \(i) is called '\(named.name)'; a name is not empty and has neither dots nor spaces")
    }
    if layers[..<i].contains(where: { $0.name == named.name }) {
      throw EngineError.value("two \(several) are called '\(named.name)'; names must differ")
    }
  }
}

extension JSON {
  /// Named layers as [{ "name": …, "layer": … }, …].
  static func layers(_ layers: [NamedLayer]) throws -> JSON {
    .array(
      try layers.map {
        .object([Member("name", .string($0.name)), Member("layer", try $0.layer.specification)])
      })
  }

  func layers(_ key: String) throws -> [NamedLayer] {
    try array(key).map { NamedLayer(try $0.string("name"), try $0.layer("layer")) }
  }

  /// The layer that a member describes.
  func layer(_ key: String) throws -> Layer {
    guard let member = self[key] else { throw EngineError.file("\"\(key)\" is missing") }
    return try Layer.make(member)
  }
}
