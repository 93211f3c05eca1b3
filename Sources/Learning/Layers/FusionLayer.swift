// Branches joined with weights that depend on the sample (adaptive fusion, QShield, arXiv 2604.10933).

import Tensors

/// y = Σᵢ wᵢ(x) yᵢ(x) with weights w = softmax(gate(x)): they are positive, add up to 1 and differ from sample to
/// sample, or, with `perClass`, from value to value of the output.
///
/// The gate is a small network of the input, flatten, dense of `gateUnits`, tanh, dense; with `gateUnits` 0 a dense
/// layer alone; or any layer that gives {batch, branches}, per class {batch, branches * values}.
public final class FusionLayer: ContainerLayer, SpecifiedLayer {
  public struct Options {
    public var gateUnits = 16  // 0 or more
    public var perClass = false
    public init() {}
  }

  public let branches: [NamedLayer]
  public let options: Options
  private let givenGate: Layer?
  /// The gate's last layer of its own has a width that is known when shapes are.
  private var gate: Layer?

  /// Two branches or more.
  public init(_ branches: [NamedLayer], gate: Layer? = nil, _ options: Options = Options()) throws {
    guard branches.count >= 2 else {
      throw EngineError.value("a fusion needs two branches or more, got \(branches.count)")
    }
    try checkNames(branches, of: "branch", "branches")
    if let clash = branches.first(where: { $0.name == "gate" }) {
      throw EngineError.value("a branch is called '\(clash.name)', which is the name of the fusion's own gate")
    }
    guard options.gateUnits >= 0 else {
      throw EngineError.value("gate_units is \(options.gateUnits); it must be 0 or more")
    }
    (self.branches, self.options, givenGate) = (branches, options, gate)
    self.gate = gate
    super.init()
  }

  static let kindName = "fusion"
  package override var specification: JSON {
    get throws {
      var members: [(String, JSON)] = [
        ("gate_units", .integer(options.gateUnits)), ("per_class", .bool(options.perClass)),
        ("branches", try .layers(branches)),
      ]
      if let givenGate { members.append(("gate", try givenGate.specification)) }
      return specified(Self.kindName, members)
    }
  }

  convenience init(specification: JSON) throws {
    var options = Options()
    options.gateUnits = try specification.integer("gate_units")
    options.perClass = try specification.bool("per_class")
    try self.init(
      specification.layers("branches"), gate: specification["gate"].map(Layer.make), options)
  }

  override var kind: String { Self.kindName }
  override var detail: String { "\(branches.count) branches\(options.perClass ? ", weights per class" : "")" }
  override var children: [Layer] { branches.map(\.layer) + (gate.map { [$0] } ?? []) }
  override func childName(_ index: Int) -> String { index < branches.count ? branches[index].name : "gate" }
  override func label(_ index: Int) -> String {
    index < branches.count ? "branch \(branches[index].name)" : "gate"
  }

  override func flow(_ input: [Int], _ child: (Int, [Int]) throws -> [Int]) throws -> [Int] {
    let shapes = try branches.indices.map { try child($0, input) }
    for (branch, shape) in zip(branches, shapes) where shape != shapes[0] {
      throw EngineError.shape(
        "branch \(branches[0].name) gives \(Self.batched(shapes[0])), but branch \(branch.name) gives \(Self.batched(shape)); they must agree"
      )
    }
    let weights = branches.count * (options.perClass ? shapes[0].reduce(1, *) : 1)
    if givenGate == nil, gate?.isBuilt != true { gate = try makeGate(weights) }
    let gates = try child(branches.count, input)
    guard gates == [weights] else {
      throw EngineError.shape(
        "the gate gives \(Self.batched(gates)), it must give {batch, \(weights)}: a value per branch\(options.perClass ? " and value of the output" : "")")
    }
    return shapes[0]
  }

  private func makeGate(_ weights: Int) throws -> Layer {
    let hidden = options.gateUnits == 0 ? [] : [try DenseLayer(units: options.gateUnits), FunctionLayer(.tanh)]
    let gate = try SequentialLayer([FlattenLayer()] + hidden + [DenseLayer(units: weights)])
    if !isTrainable { gate.setTrainable(false) }
    return gate
  }

  override func multiplyAdds(_ input: [Int]) -> Int { branches.count * (outputShape?.reduce(1, *) ?? 0) }

  override func apply(_ x: Variable) throws -> Variable {
    try Fusion.apply(branches.indices.map { try output($0, x) }, gate: output(branches.count, x))
  }

  /// The weights for a batch: [batch, branches], per class [batch, branches, values].
  public func weights(_ x: Tensor) throws -> Tensor {
    guard isBuilt else { throw EngineError.state("the fusion is not built; build it with its input's shape first") }
    return try Recording.off {
      let logits = try output(branches.count, Variable(x)).value
      let shape = [x.shape[0], branches.count] + (options.perClass ? [outputShape?.reduce(1, *) ?? 0] : [])
      return fusionWeights(logits.reshaped([x.shape[0], branches.count, logits.shape[1] / branches.count])).reshaped(shape)
    }
  }
}
