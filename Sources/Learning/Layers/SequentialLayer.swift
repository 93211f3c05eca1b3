// Layers one after the other.

import Tensors

/// The composition of layers.  A layer may stand in several containers, or several times in one, and
/// then shares its weights.
public final class SequentialLayer: Layer, SpecifiedLayer {
  public let layers: [Layer]

  /// At least one layer.
  public init(_ layers: [Layer]) throws {
    guard !layers.isEmpty else { throw EngineError.value("a sequential needs at least one layer") }
    self.layers = layers
    super.init()
  }

  /// Built layers one after the other, as they are: nothing is drawn anew.  Each takes what the one before gives.
  package convenience init(built layers: [Layer]) throws {
    try self.init(layers)
    guard let first = layers.first, let last = layers.last, let type = first.type, let input = first.inputShape,
      let output = last.outputShape
    else { throw EngineError.state("the layers are not built") }
    setShapes(type, input, output)
  }

  static let kindName = "sequential"
  package override var specification: JSON {
    get throws {
      specified(Self.kindName, [("layers", .array(try layers.map { try $0.specification }))])
    }
  }

  convenience init(specification: JSON) throws {
    try self.init(specification.array("layers").map(Layer.make))
  }

  override var kind: String { Self.kindName }
  override var children: [Layer] { layers }
  // The layers inside name themselves.
  override var topName: String { "" }

  private func name(_ index: Int) -> String { "layer \(index) (\(layers[index].kind))" }

  override func inferShape(_ input: [Int]) throws -> [Int] {
    preconditionFailure("plan asks the layers inside")
  }

  override func plan(
    _ type: ElementType, _ input: [Int], named name: @autoclosure () -> String
  ) throws -> [Int] {
    try prefixing(name()) {
      var shape = input
      for (i, layer) in layers.enumerated() { shape = try layer.plan(type, shape, named: self.name(i)) }
      return shape
    }
  }

  override func create(_ input: [Int], _ building: inout Building) throws -> [Int] {
    var shape = input
    for (i, layer) in layers.enumerated() {
      shape = try prefixing(name(i)) { try layer.create(shape, &building) }
    }
    setShapes(building.type, input, shape)
    return shape
  }

  override func run(_ x: Variable, named name: @autoclosure () -> String) throws -> Variable {
    try prefixing(name()) {
      try surrogate == nil ? run(x, layers.indices) : throughSurrogate(x) { try run($0, layers.indices) }
    }
  }

  /// Some of the layers, for training that starts behind a frozen front.
  override func run(_ x: Variable, _ range: Range<Int>) throws -> Variable {
    var x = x
    var i = range.lowerBound
    while i < range.upperBound {
      if x.type == .float32, let stages = ImageStages(
        layers, i..<range.upperBound, batch: x.shape.first ?? 0) {
        try prefixing(name(i)) { try layers[i].check(x.value) }
        x = stages.apply(x)
        i += stages.count
      } else {
        x = try layers[i].run(x, named: name(i))
        i += 1
      }
    }
    return x
  }

  override var depth: Int { layers.count }

  override var frozenFront: Int { layers.prefix { $0.isFrozen }.count }
}
