// The description of a circuit: a value that one can print, compare and run.
// How it is run is left to CircuitRunner, what its gates do to Gates/.

import Tensors

/// A gate on wires, with its angles.
public struct Operation: Sendable {
  public let gate: any Gate.Type
  public let wires: [Int]
  public let angles: [Angle]
}

/// The expectation value of a Pauli word: `letters[i]` of "XYZ" on `wires[i]`.
public struct PauliWord: Hashable, Sendable, CustomStringConvertible {
  public let letters: String
  public let wires: [Int]

  public var description: String {
    zip(letters, wires).map { "\($0)\($1)" }.joined(separator: " ")
  }
}

/// Gates on `wires` qubits that start in |0…0⟩, and the expectation values measured at the end.
public struct Circuit: Sendable {
  public static let maximumWires = 24

  public let wires: Int
  public private(set) var operations: [Operation] = []
  public private(set) var observables: [PauliWord] = []
  /// Columns of the inputs, weights: one more than the largest index used.
  public private(set) var inputCount = 0
  public private(set) var weightCount = 0

  public var outputCount: Int { observables.count }

  public init(wires: Int) throws {
    guard (1...Self.maximumWires).contains(wires) else {
      throw EngineError.value("a circuit of \(wires) wires: the number of wires must be in 1..\(Self.maximumWires)")
    }
    self.wires = wires
  }

  /// Appends a gate by name.
  public mutating func append(_ name: String, _ wires: [Int], _ angles: [Angle] = []) throws {
    try append(Gates.named(name), wires, angles)
  }

  public mutating func append(_ gate: any Gate.Type, _ wires: [Int], _ angles: [Angle] = []) throws {
    guard wires.count == gate.wireCount else {
      throw EngineError.value("\(gate.name) acts on \(counted(gate.wireCount, "wire")), got \(wires.count)")
    }
    guard angles.count == gate.angleCount else {
      throw EngineError.value("\(gate.name) takes \(counted(gate.angleCount, "angle")), got \(angles.count)")
    }
    try check(wires)
    for angle in angles { try use(angle) }
    operations.append(Operation(gate: gate, wires: wires, angles: angles))
  }

  /// Measures a Pauli word.
  public mutating func measure(_ letters: String, _ wires: [Int]) throws {
    guard !letters.isEmpty else { throw EngineError.value("the Pauli word is empty; give letters of \"XYZ\"") }
    guard letters.allSatisfy({ "XYZ".contains($0) }) else {
      throw EngineError.value("the Pauli word '\(letters)' has letters other than X, Y and Z")
    }
    guard letters.count == wires.count else {
      throw EngineError.value("the Pauli word '\(letters)' has \(counted(letters.count, "letter")) for \(counted(wires.count, "wire"))")
    }
    try check(wires)
    observables.append(PauliWord(letters: letters, wires: wires))
  }

  private func check(_ wires: [Int]) throws {
    for (position, wire) in wires.enumerated() {
      guard (0..<self.wires).contains(wire) else {
        throw EngineError.value("wire \(wire) is not in 0..\(self.wires - 1)")
      }
      if wires[..<position].contains(wire) {
        throw EngineError.value("wire \(wire) is used twice; the wires of one gate must differ")
      }
    }
  }

  private mutating func use(_ angle: Angle) throws {
    guard angle.scale.isFinite, angle.offset.isFinite else {
      throw EngineError.value("an angle is \(angle.offset.isFinite ? angle.scale : angle.offset); angles must be finite")
    }
    switch angle.slot {
    case .none: break
    case .input(let column):
      try check(index: column, "input")
      inputCount = max(inputCount, column + 1)
    case .weight(let index):
      try check(index: index, "weight")
      weightCount = max(weightCount, index + 1)
    }
  }

  private func check(index: Int, _ what: String) throws {
    guard (0..<1 << 20).contains(index) else {
      throw EngineError.value("\(what) \(index) is not in 0..\((1 << 20) - 1)")
    }
  }

  /// Length of the longest chain of gates that share wires.
  public var depth: Int {
    var levels = [Int](repeating: 0, count: wires)
    for operation in operations {
      let level = operation.wires.map { levels[$0] }.max()! + 1
      for wire in operation.wires { levels[wire] = level }
    }
    return levels.max()!
  }

  /// The instructions of all gates in order, each with the number of the operation it comes from.
  func lowered() -> [(instruction: Instruction, operation: Int)] {
    operations.enumerated().flatMap { index, operation in
      operation.gate.lower(
        wires: operation.wires.map { Wire($0, of: wires) }, angles: operation.angles
      ).map { ($0, index) }
    }
  }

  /// The measured words as masks.
  func measuredMasks() -> [PauliMask] {
    observables.map { word in
      var mask = PauliMask(x: 0, z: 0)
      for (letter, wire) in zip(word.letters, word.wires) {
        let bit = Wire(wire, of: wires).bit
        if letter != "Z" { mask.x |= bit }
        if letter != "X" { mask.z |= bit }
      }
      return mask
    }
  }
}

/// A Pauli word as masks over a basis-state index: X or Y where `x` is set, Z or Y where `z` is.
struct PauliMask: Hashable, Sendable {
  var x: Int
  var z: Int

  /// Whether the two words anticommute.
  func anticommutes(with other: PauliMask) -> Bool {
    ((x & other.z).nonzeroBitCount + (z & other.x).nonzeroBitCount) & 1 == 1
  }
}

/// "1 wire", "3 wires".
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
