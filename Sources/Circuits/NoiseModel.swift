// Noise attached to kinds of gates: a circuit in, the circuit with channels behind its gates out.

import Tensors

/// Which operations a rule is about.
public enum NoiseSelector: Hashable, Sendable {
  /// Every gate.
  case all
  /// Gates on one wire, on two wires.
  case oneWire, twoWire
  /// Gates that read inputs, and amplitude encoding.
  case encoding
  /// Before every measurement: those on the way, and at the end on every measured wire.
  case measure
  case gate(String)

  /// "all", "one_wire", "two_wire", "encoding", "measure" or a gate's name.
  public static func named(_ name: String) throws -> NoiseSelector {
    switch name {
    case "all": return .all
    case "one_wire": return .oneWire
    case "two_wire": return .twoWire
    case "encoding": return .encoding
    case "measure": return .measure
    default: break
    }
    // "IsingXX" as well as "ising_xx".
    func plain(_ name: String) -> String { name.lowercased().filter { $0 != "_" } }
    if let gate = Gates.all.first(where: { plain($0.name) == plain(name) }) { return .gate(gate.name) }
    if let gate = try? Gates.named(name) { return .gate(gate.name) }
    let classes = ["all", "one_wire", "two_wire", "encoding", "measure"]
    let hint = closest(to: name, among: classes + Gates.all.map { $0.name }).map { " (did you mean '\($0)'?)" } ?? ""
    throw EngineError.value("unknown kind of gate '\(name)'\(hint); it may be \(classes.joined(separator: ", ")) or a gate's name")
  }

  func matches(_ operation: Operation) -> Bool {
    guard let gate = operation.gate else { return false }
    switch self {
    case .all: return true
    case .oneWire: return operation.wires.count == 1
    case .twoWire: return operation.wires.count == 2
    case .encoding: return operation.angles.contains { $0.terms.contains { $0.dependsOnInput } }
    case .measure: return false
    case .gate(let name): return gate.name == name
    }
  }
}

/// Rules, each a channel behind every operation of a kind, applied in the order given.
public struct NoiseModel: Sendable {
  public struct Rule: Sendable {
    public let selector: NoiseSelector
    public let channel: any Channel
  }

  public private(set) var rules: [Rule] = []
  /// Wrong readings of every wire.
  public private(set) var readout: ReadoutError?

  public init() {}

  /// A channel of one wire comes behind a gate on every wire that the gate touched, in the gate's order; one
  /// of more wires behind gates of exactly so many.
  public mutating func add(_ selector: NoiseSelector, _ channel: any Channel) throws {
    var fits = true
    switch selector {
    case .all, .encoding: break
    case .oneWire, .measure: fits = channel.wireCount == 1
    case .twoWire: fits = channel.wireCount <= 2
    case .gate(let name): fits = try channel.wireCount == 1 || channel.wireCount == Gates.named(name).wireCount
    }
    guard fits else {
      throw EngineError.value(
        "the channel \(channel.name) acts on \(counted(channel.wireCount, "wire")); it cannot follow gates of kind \(selector.description)")
    }
    rules.append(Rule(selector: selector, channel: channel))
  }

  public mutating func setReadout(_ error: ReadoutError) throws {
    try error.check()
    readout = error
  }
}

extension NoiseSelector: CustomStringConvertible {
  public var description: String {
    switch self {
    case .all: return "all"
    case .oneWire: return "one_wire"
    case .twoWire: return "two_wire"
    case .encoding: return "encoding"
    case .measure: return "measure"
    case .gate(let name): return name
    }
  }
}

extension Circuit {
  /// The same circuit with the model's channels; channels that are there already stay.
  public func noisy(_ model: NoiseModel) throws -> Circuit {
    var result = try Circuit(wires: wires)
    func add(_ wires: [Int], where matches: (NoiseModel.Rule) -> Bool) throws {
      for rule in model.rules where matches(rule) {
        if rule.channel.wireCount == 1 {
          for wire in wires { try result.append(rule.channel, [wire]) }
        } else if rule.channel.wireCount == wires.count {
          try result.append(rule.channel, wires)
        }
      }
    }
    switch preparation {
    case .zero: break
    case .amplitudes(let encoding):
      try result.prepare(encoding)
      try add(encoding.wires) { $0.selector == .encoding }
    case .state(let re, let im): try result.prepare(re: re, im: im)
    }
    for operation in operations {
      if case .measure = operation.action { try add(operation.wires) { $0.selector == .measure } }
      try result.append(operation, wires: Array(0..<wires))
      try add(operation.wires) { $0.selector.matches(operation) }
    }
    try add(measuredWires) { $0.selector == .measure }
    for measurement in measurements { try result.measure(measurement) }
    for (wire, error) in readout { try result.setReadoutError(error, wire: wire) }
    if let error = model.readout { for wire in 0..<wires { try result.setReadoutError(error, wire: wire) } }
    return result
  }

  /// Wires that a measurement at the end looks at, in order.
  private var measuredWires: [Int] {
    var seen: Set<Int> = []
    for measurement in measurements {
      switch measurement {
      case .expectation(let sum), .variance(let sum): for term in sum.terms { seen.formUnion(term.word.wires) }
      case .probabilities(let wires): seen.formUnion(wires)
      }
    }
    return seen.sorted()
  }
}
