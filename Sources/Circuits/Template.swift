// Named ansätze: what they have in common, and the table of all.  Each family is in a file of Ansatz/.
// Scripts may write their own from gates.

import Tensors

/// What a template can be told.  nil: the template's own choice.
public struct TemplateOptions: Sendable {
  /// Repetitions, 1 or more.
  public var layers = 1
  /// Of everything that is drawn.
  public var seed: UInt64 = 0
  /// The wires it acts on, all by default.
  public var wires: [Int]?
  /// Number of its first weight; by default weights are numbered on from those in use.
  public var firstWeight: Int?
  /// Gates on one wire; each angle is a weight of its own.
  public var rotations: [String]?
  /// A gate on two wires; each angle is a weight of its own.
  public var entangler: String?
  public var pattern: WirePattern?
  /// Pairs of wires instead of a pattern.
  public var pairs: [(Int, Int)]?
  /// Distance of the wires that each layer joins.
  public var ranges: [Int]?

  public init(layers: Int = 1, seed: UInt64 = 0) { (self.layers, self.seed) = (layers, seed) }
}

public struct Template: Sendable {
  /// Options besides layers, wires and the first weight.
  enum Option: String { case rotations, entangler, pattern, ranges, seed }

  public let name: String
  let options: [Option]
  let minimumWires: Int
  private let first, last: (@Sendable (inout AnsatzWriter) throws -> Void)?
  private let layer: @Sendable (inout AnsatzWriter) throws -> Void

  /// first: before all layers; last: after them.
  init(
    _ name: String, _ options: [Option] = [], minimumWires: Int = 1,
    first: (@Sendable (inout AnsatzWriter) throws -> Void)? = nil,
    last: (@Sendable (inout AnsatzWriter) throws -> Void)? = nil,
    layer: @escaping @Sendable (inout AnsatzWriter) throws -> Void
  ) {
    (self.name, self.options, self.minimumWires) = (name, options, minimumWires)
    (self.first, self.last, self.layer) = (first, last, layer)
  }

  public static let all: [Template] =
    [rot, zzFull, zzLinear, zzStar, random, ring, hardwareEfficient, twoLocal, basicEntangler, stronglyEntangling,
     simplifiedTwoDesign, qcnn, qcnnConvolution, qcnnPooling, mps, ttn, mera] + sim

  public static func named(_ name: String) throws -> Template {
    if let template = all.first(where: { $0.name == name }) { return template }
    throw unknown("template", name, all.map(\.name))
  }

  fileprivate func write(_ writer: inout AnsatzWriter) throws {
    try first?(&writer)
    for layer in 0..<writer.options.layers {
      writer.layer = layer
      try self.layer(&writer)
    }
    try last?(&writer)
  }

  fileprivate func check(_ given: TemplateOptions, wires: Int) throws {
    guard (1...100_000).contains(given.layers) else {
      throw EngineError.value("layers is \(given.layers); it must be 1 or more\(given.layers > 0 ? " and at most 100000" : "")")
    }
    let unused: [(Option, Bool)] = [
      (.rotations, given.rotations != nil), (.entangler, given.entangler != nil),
      (.pattern, given.pattern != nil || given.pairs != nil), (.ranges, given.ranges != nil),
    ]
    for (option, isGiven) in unused where isGiven && !options.contains(option) {
      throw EngineError.value("template '\(name)' has no \(option.rawValue) to choose")
    }
    guard wires >= minimumWires else {
      throw EngineError.value("template '\(name)' on \(counted(wires, "wire")): it needs \(minimumWires) or more")
    }
    if let first = given.firstWeight, first < 0 { throw EngineError.value("the first weight is \(first); it must be 0 or more") }
    if let ranges = given.ranges {
      guard ranges.count == given.layers else {
        throw EngineError.value("\(counted(ranges.count, "range")) for \(counted(given.layers, "layer")); there must be as many")
      }
      for range in ranges where !(1..<max(2, wires)).contains(range) {
        throw EngineError.value("a range of \(range) on \(counted(wires, "wire")); it must be in 1..\(max(1, wires - 1))")
      }
    }
  }
}

extension Circuit {
  /// Appends a template.  Throws, and changes nothing, for an option that the template does not have.
  public mutating func append(_ template: Template, _ options: TemplateOptions) throws {
    let wires = options.wires ?? Array(0..<self.wires)
    try check(wires)
    try template.check(options, wires: wires.count)
    var writer = AnsatzWriter(circuit: self, wires: wires, options: options)
    try template.write(&writer)
    self = writer.circuit
  }

  public mutating func append(_ template: Template, layers: Int, seed: UInt64 = 0) throws {
    try append(template, TemplateOptions(layers: layers, seed: seed))
  }
}

/// A circuit while a template is appended to it.
struct AnsatzWriter {
  private(set) var circuit: Circuit
  let wires: [Int]
  let options: TemplateOptions
  /// The layer that is written, from 0.
  fileprivate(set) var layer = 0
  var stream: RandomStream
  private var nextWeight: Int

  fileprivate init(circuit: Circuit, wires: [Int], options: TemplateOptions) {
    (self.circuit, self.wires, self.options) = (circuit, wires, options)
    stream = RandomStream(seed: options.seed, purpose: .circuit)
    nextWeight = options.firstWeight ?? circuit.weightCount
  }

  /// A weight of its own.
  mutating func fresh() -> Angle {
    nextWeight += 1
    return .weight(nextWeight - 1)
  }

  mutating func fresh(_ count: Int) -> [Angle] { (0..<count).map { _ in fresh() } }

  mutating func append(_ gate: some Gate, _ wires: [Int], _ angles: [Angle]) throws {
    try circuit.append(gate, wires, angles)
  }

  /// A gate whose angles are weights of its own.
  mutating func append(_ gate: any Gate, _ wires: [Int]) throws {
    try circuit.append(gate, wires, fresh(gate.angleCount))
  }

  /// The gate of this name, which must act on so many wires.
  func gate(_ name: String, wires: Int, as role: String) throws -> any Gate {
    let gate = try Gates.named(name, wires: wires)
    guard gate.wireCount == wires else {
      throw EngineError.value("\(name) acts on \(counted(gate.wireCount, "wire")); \(role) acts on \(wires)")
    }
    return gate
  }

  /// The chosen gates on one wire.
  func rotations(_ own: [String]) throws -> [any Gate] {
    try (options.rotations ?? own).map { try gate($0, wires: 1, as: "a rotation") }
  }

  /// The chosen gate on two wires.
  func entangler(_ own: String) throws -> any Gate {
    try gate(options.entangler ?? own, wires: 2, as: "an entangler")
  }

  /// The chosen pairs of wires.
  mutating func pairs(_ own: WirePattern) throws -> [(Int, Int)] {
    if let pairs = options.pairs {
      for (p, q) in pairs { try circuit.check([p, q]) }
      return pairs
    }
    return (options.pattern ?? own).pairs(of: wires, &stream)
  }

  /// The same gates on every wire, wire by wire.
  mutating func rotateEach(_ gates: [any Gate]) throws {
    for wire in wires { for gate in gates { try append(gate, [wire]) } }
  }

  /// The same gates on every wire, gate by gate.
  mutating func rotateAll(_ gates: [any Gate], _ wires: [Int]? = nil) throws {
    for gate in gates { for wire in wires ?? self.wires { try append(gate, [wire]) } }
  }

  mutating func entangle(_ gate: any Gate, _ pairs: [(Int, Int)]) throws {
    for (p, q) in pairs { try append(gate, [p, q]) }
  }
}
