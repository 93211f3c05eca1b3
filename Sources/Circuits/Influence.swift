// What can change what: for each output, the instructions and inputs that reach it for some values of the angles.
// Found by pulling the measured Pauli words back through the circuit, for all angles at once.

/// Which parts of a circuit can change which outputs.
package struct Influence {
  package let lowering: Lowering
  /// [output][instruction]
  package let effects: [[Bool]]
  /// The bits of the register that each output reads from the start state.
  package let startBits: [Int]
  /// Whether an output's words all vanish on the start state, whatever the angles are.
  package let vanishes: [Bool]
  /// Of each output: its Pauli words, and how many of them have the same value for all inputs and weights.
  package let words: [(count: Int, constant: Int)]

  /// Wires of a register whose bits are numbered.
  package static let maximumWires = 62

  /// nil for circuits that measure and reset so often that their register is larger.
  package init?(_ circuit: Circuit) {
    let lowering = circuit.lowered()
    if lowering.wires > Self.maximumWires { return nil }
    let instructions = lowering.instructions.map(\.instruction)
    let map = circuit.outputMap()
    let onZero = circuit.instructionsOnZeros(instructions, wires: lowering.wires)
    let zeros = circuit.zeroBits(wires: lowering.wires)
    let steps = lowering.wires <= PauliSet.maximumWires ? PauliStep.all(instructions) : nil
    let reaches = map.words.map { word in
      steps.map { Reach(word, $0, onZero, zeros, wires: lowering.wires) } ?? Reach(word, instructions, onZero)
    }
    // An output sees what any of its words sees.
    let words = map.rows.map { row in (row.terms + row.squares).map(\.word) }
    self.lowering = lowering
    effects = words.map { words in instructions.indices.map { i in words.contains { reaches[$0].effective[i] } } }
    startBits = words.map { $0.reduce(0) { $0 | reaches[$1].startBits } }
    let isConstant = reaches.map { reach in
      reach.vanishes
        || (reach.startBits & Self.amplitudeBits(lowering) == 0
          && !zip(instructions, reach.effective).contains { $1 && $0.hasParameter })
    }
    self.words = words.map { words in (words.count, words.filter { isConstant[$0] }.count) }
    vanishes = zip(map.rows, words).map { row, words in
      row.constant == 0 && row.squareConstant == 0 && words.allSatisfy { reaches[$0].vanishes }
    }
  }

  /// What one Pauli word sees.
  private struct Reach {
    var effective: [Bool]
    var startBits = 0
    var vanishes = false

    /// By the words that it can turn into: backwards all of them, and forwards again those that come from a word
    /// with a value on the start state.
    init(_ word: PauliMask, _ steps: [PauliStep], _ onZero: [Bool], _ zeros: Int, wires: Int) {
      effective = Array(repeating: false, count: steps.count)
      var set = PauliSet(wires: wires, [word])
      var passed: [(index: Int, after: PauliSet, before: PauliSet)] = []
      for (index, step) in steps.enumerated().reversed() where !onZero[index] && !set.isUntouched(by: step) {
        let after = set
        set.pullBack(through: step)
        passed.append((index, after, set))
      }
      // X and Y have no expectation value on |0⟩.
      var valued = set.filter { $0.x & zeros == 0 }
      startBits = valued.words.reduce(0) { $0 | $1.x | $1.z }
      for (index, after, before) in passed.reversed() {
        (valued, effective[index]) = after.valued(after: steps[index], before: before, valued: valued)
      }
      vanishes = !valued.contains(word)
    }

    /// Of larger registers: the light cone by wires alone.
    init(_ word: PauliMask, _ instructions: [Instruction], _ onZero: [Bool]) {
      effective = Array(repeating: false, count: instructions.count)
      var cone = word.x | word.z
      for (index, instruction) in instructions.enumerated().reversed() {
        guard !onZero[index], instruction.support & cone != 0 else { continue }
        effective[index] = true
        cone |= instruction.support
      }
      startBits = cone
    }
  }

  /// The columns of the inputs that an output depends on.
  package func inputs(of output: Int) -> Set<Int> {
    var result: Set<Int> = []
    for (index, entry) in lowering.instructions.enumerated() where effects[output][index] {
      if case .rotation(let rotation) = entry.instruction { result.formUnion(rotation.angle.columns) }
    }
    if case .amplitudes(let encoding, _) = lowering.start, startBits[output] & Self.amplitudeBits(lowering) != 0 {
      result.formUnion(encoding.first..<encoding.first + encoding.count)
    }
    return result
  }

  /// The bits that hold encoded amplitudes.
  private static func amplitudeBits(_ lowering: Lowering) -> Int {
    if case .amplitudes(_, let places) = lowering.start { return places.reduce(0, |) }
    return 0
  }

  /// The weights that an output depends on.
  package func weights(of output: Int) -> Set<Int> {
    var result: Set<Int> = []
    for (index, entry) in lowering.instructions.enumerated() where effects[output][index] {
      if case .rotation(let rotation) = entry.instruction, let weight = rotation.angle.weight { result.insert(weight) }
    }
    return result
  }
}

extension Instruction {
  fileprivate var hasParameter: Bool {
    if case .rotation(let rotation) = self { return rotation.angle.slot != .none }
    return false
  }
}

extension Circuit {
  /// The bits of the register that start in |0⟩.
  fileprivate func zeroBits(wires: Int) -> Int {
    var zeros = (1 << wires) - 1
    switch preparation {
    case .zero: break
    case .amplitudes(let encoding): for wire in encoding.wires { zeros &= ~Wire(wire, of: self.wires).bit }
    case .state: zeros &= ~((1 << self.wires) - 1)
    }
    return zeros
  }

  /// Instructions that meet wires still in |0⟩: a phase there is global, a control never fires.
  fileprivate func instructionsOnZeros(_ instructions: [Instruction], wires: Int) -> [Bool] {
    var zeros = zeroBits(wires: wires)
    return instructions.map { instruction in
      let idle: Bool
      switch instruction {
      case .rotation(let r): idle = r.controls & zeros != 0 || (r.x == 0 && r.support & ~zeros == 0)
      case .matrix(let m): idle = m.controls & zeros != 0 || (m.isDiagonal && m.target & zeros != 0)
      case .swap(let s): idle = s.controls & zeros != 0 || (s.a | s.b) & ~zeros == 0
      case .unitary(let u): idle = u.controls & zeros != 0
      case .channel: idle = false
      }
      if !idle { zeros &= ~instruction.support }
      return idle
    }
  }
}
