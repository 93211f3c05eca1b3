// Circuits inside circuits: appended as they are, inverted, controlled, or where classical bits say so.

import Tensors

/// How the gates of a block or of a sub-circuit are changed: inverted first, then controlled, then made
/// conditional.
public struct Modifiers: Sendable {
  /// The last gate first, each inverted.
  public var adjoint: Bool
  /// Wires that must be 1 (or have their value) for the gates to act.
  public var controls: [Int]
  /// Value of each control; empty: all true.
  public var values: [Bool]
  /// Classical bits and the values they must have.
  public var condition: [Operation.ClassicalBit]

  public init(
    adjoint: Bool = false, controls: [Int] = [], values: [Bool] = [], condition: [Operation.ClassicalBit] = []
  ) {
    (self.adjoint, self.controls, self.values, self.condition) = (adjoint, controls, values, condition)
  }

  var areNone: Bool { !adjoint && controls.isEmpty && condition.isEmpty }

  /// "inverted, controlled"
  fileprivate var names: String {
    [(adjoint, "inverted"), (!controls.isEmpty, "controlled"), (!condition.isEmpty, "conditional")]
      .filter(\.0).map(\.1).joined(separator: " and ")
  }
}

extension Circuit {
  /// Appends the operations of another circuit.
  ///
  ///   wires    wire q of the other becomes wires[q]; nil: the same wires
  ///   inputs   is added to the numbers of its inputs
  ///   weights  is added to the numbers of its weights; nil: they are numbered on from those in use
  ///
  /// Its classical bits are numbered on.  What it measures at the end is left out.  Throws when it has a
  /// start state of its own, or something that the modifiers have no meaning for.
  public mutating func append(
    _ other: Circuit, wires map: [Int]? = nil, inputs: Int = 0, weights: Int? = nil, _ modifiers: Modifiers = Modifiers()
  ) throws {
    try append(other, map, inputs: inputs, weights: weights ?? weightCount, bits: bitCount, modifiers)
  }

  /// An empty circuit whose weights and classical bits are numbered on from those of this one.
  public var block: Circuit { Circuit(blockOf: self) }

  /// Appends what was appended to `block` since.
  public mutating func append(block: Circuit, _ modifiers: Modifiers) throws {
    guard block.measurements.isEmpty, block.readout.isEmpty else {
      throw EngineError.state("what is measured at the end cannot stand inside a block")
    }
    try append(block, nil, inputs: 0, weights: 0, bits: 0, modifiers)
    use(numbersOf: block)
  }

  private mutating func append(
    _ other: Circuit, _ map: [Int]?, inputs: Int, weights: Int, bits: Int, _ modifiers: Modifiers
  ) throws {
    let map = map ?? Array(0..<other.wires)
    guard map.count == other.wires else {
      throw EngineError.value("the sub-circuit has \(counted(other.wires, "wire")), got \(map.count) for them")
    }
    try check(map)
    guard case .zero = other.preparation else {
      throw EngineError.state("a sub-circuit begins with gates, this one has a start state of its own")
    }
    try check(modifiers)
    var result = self
    for operation in modifiers.adjoint ? other.operations.reversed() : other.operations {
      try result.append(operation, map, inputs: inputs, weights: weights, bits: bits, modifiers)
    }
    self = result
  }

  private mutating func append(
    _ operation: Operation, _ map: [Int], inputs: Int, weights: Int, bits: Int, _ modifiers: Modifiers
  ) throws {
    let wires = operation.wires.map { map[$0] }
    guard case .gate(var gate) = operation.action else {
      if case .barrier = operation.action { return try barrier(wires) }
      guard modifiers.areNone else {
        throw EngineError.state("\(operation.kind) cannot be \(modifiers.names)")
      }
      switch operation.action {
      case .channel(let channel): try append(channel, wires)
      case .measure(let bit): try measure(wire: wires[0], into: bit + bits)
      case .reset: try reset(wire: wires[0])
      case .gate, .barrier: break
      }
      return
    }
    var angles = operation.angles.map { sum in
      AngleSum(sum.terms.map { $0.moved(inputs: inputs, weights: weights) })
    }
    if modifiers.adjoint { (gate, angles) = Gates.inverse(gate, angles) }
    if let control = wires.first(where: modifiers.controls.contains) {
      throw EngineError.value("\(gate.name) acts on wire \(control), which is its control")
    }
    let values = modifiers.values.isEmpty ? modifiers.controls.map { _ in true } : modifiers.values
    let condition = operation.condition.map { Operation.ClassicalBit(bit: $0.bit + bits, value: $0.value) }
    try append(
      Gates.controlled(gate, values: values), modifiers.controls + wires, angles, if: modifiers.condition + condition)
  }

  /// Throws where modifiers do not fit this circuit.
  public func check(_ modifiers: Modifiers) throws {
    try check(modifiers.controls)
    guard modifiers.values.isEmpty || modifiers.values.count == modifiers.controls.count else {
      throw EngineError.value(
        "\(counted(modifiers.controls.count, "control")) with \(counted(modifiers.values.count, "value")); there must be as many")
    }
    try check(condition: modifiers.condition)
  }
}

extension Operation {
  /// "a measurement", for messages.
  fileprivate var kind: String {
    switch action {
    case .gate(let gate): return gate.name
    case .channel(let channel): return "the noise channel \(channel.name)"
    case .measure: return "a measurement"
    case .reset: return "a reset"
    case .barrier: return "a barrier"
    }
  }
}
