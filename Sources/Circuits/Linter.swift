// What in a circuit cannot matter, found from its structure for all values of its angles at once.

extension Circuit {
  /// One sentence per finding; empty when every gate and weight can change a measured value.
  public func lint() -> [String] {
    guard outputCount > 0 else { return ["nothing is measured"] }
    let lowering = lowered()
    let lowered = lowering.instructions
    let map = outputMap()
    let instructions = lowered.map(\.instruction)
    let ofWords = map.words.map { effectiveInstructions(instructions, $0, wires: lowering.wires) }
    // An output sees what any of its words sees.
    let effects = map.rows.map { row in
      instructions.indices.map { i in (row.terms + row.squares).contains { ofWords[$0.word][i] } }
    }
    let anyEffect = lowered.indices.map { i in effects.contains { $0[i] } }
    return idleGates(lowered, anyEffect) + idleWeights(lowered, anyEffect) + narrowOutputs(lowered, effects)
  }

  /// For each instruction, whether it can change the expectation value of one observable.
  private func effectiveInstructions(_ instructions: [Instruction], _ observable: PauliMask, wires: Int) -> [Bool] {
    let onZero = actsOnZeros(instructions, wires: wires)
    var result = Array(repeating: true, count: instructions.count)
    if wires <= PauliSet.maximumWires {
      var set = PauliSet(wires: wires, [observable])
      for (index, instruction) in instructions.enumerated().reversed() {
        result[index] = !onZero[index] && !set.isUntouched(by: instruction)
        if result[index] { set.pullBack(through: instruction) }
      }
      return result
    }
    // Larger registers: the light cone by wires alone.
    var cone = observable.x | observable.z
    for (index, instruction) in instructions.enumerated().reversed() {
      result[index] = !onZero[index] && instruction.support & cone != 0
      if result[index] { cone |= instruction.support }
    }
    return result
  }

  /// Instructions that meet wires still in |0⟩: a phase there is global, a control never fires.
  private func actsOnZeros(_ instructions: [Instruction], wires: Int) -> [Bool] {
    var zeros = (1 << wires) - 1
    switch preparation {
    case .zero: break
    case .amplitudes(let encoding): for wire in encoding.wires { zeros &= ~Wire(wire, of: self.wires).bit }
    case .state: zeros &= ~((1 << self.wires) - 1)
    }
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

  private func idleGates(_ lowered: [(instruction: Instruction, operation: Int)], _ effect: [Bool]) -> [String] {
    var matters = Array(repeating: false, count: operations.count)
    for (index, entry) in lowered.enumerated() where effect[index] { matters[entry.operation] = true }
    var byName: [(name: String, wires: [String])] = []
    for (operation, matters) in zip(operations, matters) where !matters && operation.gate != nil {
      let place = operation.wires.map(String.init).joined(separator: "-")
      if let at = byName.firstIndex(where: { $0.name == operation.name }) {
        byName[at].wires.append(place)
      } else {
        byName.append((operation.name, [place]))
      }
    }
    return byName.map { name, wires in
      let noun = name + (wires.count == 1 ? " on wire" + (wires[0].contains("-") ? "s " : " ") : " on wires ")
      return "\(counted(wires.count, "gate")) cannot change any measured value: \(noun)\(shortened(wires))"
    }
  }

  private func idleWeights(_ lowered: [(instruction: Instruction, operation: Int)], _ effect: [Bool]) -> [String] {
    var matters = Array(repeating: false, count: weightCount)
    for (index, entry) in lowered.enumerated() where effect[index] {
      if case .rotation(let r) = entry.instruction, let weight = r.angle.weight { matters[weight] = true }
    }
    let idle = matters.indices.filter { !matters[$0] }.map(String.init)
    if idle.isEmpty { return [] }
    return [
      idle.count == 1
        ? "weight \(idle[0]) has no effect: its gradient is always zero"
        : "\(idle.count) weights have no effect, their gradients are always zero: \(shortened(idle))"
    ]
  }

  private func narrowOutputs(
    _ lowered: [(instruction: Instruction, operation: Int)], _ effects: [[Bool]]
  ) -> [String] {
    guard inputCount > 0 else { return [] }
    // Amplitudes reach every output in general.
    guard case .zero = preparation else { return [] }
    var seen = Array(repeating: Set<Int>(), count: outputCount)
    for (k, effect) in effects.enumerated() {
      for (index, entry) in lowered.enumerated() where effect[index] {
        if case .rotation(let r) = entry.instruction { seen[k].formUnion(r.angle.columns) }
      }
    }
    var findings: [String] = []
    let all = seen.reduce(Set<Int>()) { $0.union($1) }
    let unseen = (0..<inputCount).filter { !all.contains($0) }.map(String.init)
    if !unseen.isEmpty {
      findings.append("no output depends on input\(unseen.count == 1 ? "" : "s") \(shortened(unseen))")
    }
    if inputCount > 1 {
      let narrow = seen.indices.filter { seen[$0].count == 1 }
      if narrow.count == outputCount, outputCount > 1 {
        findings.append("each of the \(outputCount) outputs depends on a single input: no entanglement reaches the measurements")
      } else {
        let labels = measurements.flatMap { Array(repeating: $0.word?.description ?? $0.description, count: $0.outputCount) }
        for k in narrow {
          findings.append("output \(k) (\(labels[k])) depends on input \(seen[k].first!) alone")
        }
      }
    }
    return findings
  }

  private func shortened(_ items: [String]) -> String {
    items.count <= 12 ? items.joined(separator: ", ") : items.prefix(10).joined(separator: ", ") + ", … \(items.last!)"
  }
}
