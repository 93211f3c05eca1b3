// From operations to instructions: angles that are sums become several rotations, and measurements on the
// way become entanglement with wires of their own (deferred measurement, Nielsen and Chuang 2000, 4.4), so
// that every simulator and every gradient runs circuits with measurement, reset and classical control.

/// A circuit as instructions.
package struct Lowering: Sendable {
  /// The instructions in order, each with the number of the operation it comes from.
  package private(set) var instructions: [(instruction: Instruction, operation: Int)] = []
  /// Wires of the register: the circuit's, which are the low bits, and one per deferred measurement.
  package private(set) var wires: Int
  /// The bit of the register that holds each classical bit at the end; 0 for one that is never set.
  package private(set) var classicalBits: [Int]
  package let start: StartState

  package init(_ circuit: Circuit) {
    wires = circuit.wires
    start = StartState(circuit)
    classicalBits = Array(repeating: 0, count: circuit.bitCount)
    let terminal = Self.terminalMeasurements(circuit)
    for (index, operation) in circuit.operations.enumerated() {
      let wires = operation.wires.map { Wire($0, of: circuit.wires) }
      switch operation.action {
      case .gate(let gate): lower(gate, wires, operation, index)
      case .channel(let channel):
        instructions.append((.channel(ChannelStep(bits: wires.map(\.bit), kraus: channel.kraus)), index))
      case .measure(let bit):
        if terminal.contains(index) {
          classicalBits[bit] = wires[0].bit
        } else {
          let fresh = freshWire()
          instructions.append((.matrix(ControlledMatrix(fresh, controls: [wires[0]], re: PauliX.re)), index))
          classicalBits[bit] = fresh.bit
        }
      case .reset: instructions.append((.swap(ControlledSwap(wires[0], freshWire())), index))
      case .barrier: break
      }
    }
  }

  private mutating func freshWire() -> Wire {
    wires += 1
    return Wire(bit: 1 << (wires - 1))
  }

  private mutating func lower(_ gate: any Gate, _ wires: [Wire], _ operation: Operation, _ index: Int) {
    // A sum stands in the gate as a weight of negative number, put in again afterwards.
    let angles = operation.angles.enumerated().map { position, sum in
      sum.terms.count == 1 ? sum.terms[0] : Angle(.weight(-1 - position))
    }
    let controls = operation.condition.reduce(0) { $0 | classicalBits[$1.bit] }
    let flips = operation.condition.filter { !$0.value }.map {
      Instruction.matrix(ControlledMatrix(Wire(bit: classicalBits[$0.bit]), re: PauliX.re))
    }
    for flip in flips { instructions.append((flip, index)) }
    for instruction in gate.lower(wires: wires, angles: angles) {
      for part in expand(instruction, operation.angles) {
        instructions.append((controls == 0 ? part : part.controlled(by: controls), index))
      }
    }
    for flip in flips { instructions.append((flip, index)) }
  }

  private func expand(_ instruction: Instruction, _ sums: [AngleSum]) -> [Instruction] {
    guard case .rotation(let rotation) = instruction, case .weight(let placeholder) = rotation.angle.slot,
      placeholder < 0
    else { return [instruction] }
    return sums[-1 - placeholder].terms.enumerated().map { position, term in
      var angle = rotation.angle.scale * term
      if position == 0 { angle.offset += rotation.angle.offset }
      return .rotation(rotation.with(angle))
    }
  }

  /// Measurements whose wire and bit play no part afterwards: the wire itself keeps the result.  A wire that
  /// is measured as X or Y at the end does play one, for the measurement on the way has changed it.
  private static func terminalMeasurements(_ circuit: Circuit) -> Set<Int> {
    var result: Set<Int> = []
    var (busyWires, busyBits) = (circuit.phaseWires, Set<Int>())
    for (index, operation) in circuit.operations.enumerated().reversed() {
      if case .barrier = operation.action { continue }
      if case .measure(let bit) = operation.action {
        if !busyWires.contains(operation.wires[0]) && !busyBits.contains(bit) { result.insert(index) }
        busyBits.remove(bit)
      }
      busyWires.formUnion(operation.wires)
      busyBits.formUnion(operation.condition.map(\.bit))
    }
    return result
  }
}

extension Circuit {
  /// Wires of which the measurements at the end see more than the probabilities of 0 and 1.
  fileprivate var phaseWires: Set<Int> {
    var result: Set<Int> = []
    for measurement in measurements {
      switch measurement {
      case .probabilities: break
      case .expectation(let sum), .variance(let sum):
        for term in sum.terms {
          for (letter, wire) in zip(term.word.letters, term.word.wires) where letter != "Z" { result.insert(wire) }
        }
      }
    }
    return result
  }

  package func lowered() -> Lowering { Lowering(self) }

  /// How outputs follow from Pauli words.
  package func outputMap() -> OutputMap { OutputMap(measurements, wires: wires, readout: readout) }
}
