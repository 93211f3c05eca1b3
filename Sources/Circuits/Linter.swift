// What in a circuit cannot matter, said in sentences.  How it is found is Influence's.

extension Circuit {
  /// One sentence per finding; empty when every gate and weight can change a measured value.
  public func lint() -> [String] {
    guard outputCount > 0 else { return ["nothing is measured"] }
    guard let influence = Influence(self) else { return unusedWires() }
    return unusedWires() + idleOperations(influence) + idleWeights(influence) + constants(influence)
      + narrowOutputs(influence)
  }

  private func unusedWires() -> [String] {
    var used: Set<Int> = []
    switch preparation {
    case .zero: break
    case .amplitudes(let encoding): used.formUnion(encoding.wires)
    case .state: return []
    }
    for operation in operations {
      if case .barrier = operation.action { continue }
      used.formUnion(operation.wires)
    }
    for measurement in measurements {
      switch measurement {
      case .expectation(let sum), .variance(let sum): for term in sum.terms { used.formUnion(term.word.wires) }
      case .probabilities(let wires): used.formUnion(wires)
      }
    }
    let idle = (0..<wires).filter { !used.contains($0) }.map(String.init)
    if idle.isEmpty { return [] }
    return ["wire\(idle.count == 1 ? "" : "s") \(shortened(idle)) \(idle.count == 1 ? "is" : "are") never used"]
  }

  /// Gates, noise, measurements and resets on the way, by name.
  private func idleOperations(_ influence: Influence) -> [String] {
    var (matters, acts) = (Array(repeating: false, count: operations.count), Array(repeating: false, count: operations.count))
    for (index, entry) in influence.lowering.instructions.enumerated() {
      acts[entry.operation] = true
      if influence.effects.contains(where: { $0[index] }) { matters[entry.operation] = true }
    }
    var found: [(kind: String, name: String, wires: [String])] = []
    for (index, operation) in operations.enumerated() where !matters[index] {
      let kind: String
      switch operation.action {
      case .gate: kind = "gate"
      case .channel: kind = "channel"
      // A measurement that nothing follows only reads.
      case .measure: if acts[index] { kind = "measurement" } else { continue }
      case .reset: kind = "reset"
      case .barrier: continue
      }
      let place = operation.wires.map(String.init).joined(separator: "-")
      if let at = found.firstIndex(where: { $0.name == operation.name && $0.kind == kind }) {
        found[at].wires.append(place)
      } else {
        found.append((kind, operation.name, [place]))
      }
    }
    return found.map { kind, name, wires in
      let place = "on wire" + (wires.count > 1 || wires[0].contains("-") ? "s " : " ") + shortened(wires)
      let isNamed = kind == "gate" || kind == "channel"
      let subject = counted(wires.count, kind) + (kind == "measurement" ? " on the way" : "")
      return "\(subject) cannot change any measured value: \(isNamed ? name + " " : "")\(place)"
    }
  }

  private func idleWeights(_ influence: Influence) -> [String] {
    var matters: Set<Int> = []
    for k in 0..<outputCount { matters.formUnion(influence.weights(of: k)) }
    let idle = (0..<weightCount).filter { !matters.contains($0) }.map(String.init)
    if idle.isEmpty { return [] }
    return [
      idle.count == 1
        ? "weight \(idle[0]) has no effect: its gradient is always zero"
        : "\(idle.count) weights have no effect, their gradients are always zero: \(shortened(idle))"
    ]
  }

  /// Outputs, and terms of observables, that are the same for all inputs and weights.
  private func constants(_ influence: Influence) -> [String] {
    guard inputCount + weightCount > 0 else { return [] }
    let constant = (0..<outputCount).filter { influence.words[$0].constant == influence.words[$0].count }
    let zero = constant.filter { influence.vanishes[$0] }
    var findings: [String] = []
    func say(_ outputs: [Int], _ one: String, _ many: String) {
      if outputs.count == 1 { findings.append("output \(outputs[0]) (\(labels[outputs[0]])) is \(one)") }
      if outputs.count > 1 { findings.append("outputs \(shortened(outputs.map(String.init))) are \(many)") }
    }
    say(zero, "always 0", "always 0")
    say(
      constant.filter { !influence.vanishes[$0] }, "constant: no input and no weight reaches it",
      "constant: no input and no weight reaches them")
    var output = 0
    for measurement in measurements {
      defer { output += measurement.outputCount }
      guard case .expectation(let sum) = measurement, sum.terms.count > 1 else { continue }
      let (count, still) = influence.words[output]
      if still > 0, still < count {
        findings.append(
          "\(still) of the \(count) Pauli words of output \(output) \(still == 1 ? "is" : "are") constant: no input and no weight changes \(still == 1 ? "its value" : "their values")")
      }
      let without = sum.terms.filter { $0.coefficient == 0 }.count
      if without > 0 { findings.append("\(counted(without, "term")) of output \(output) \(without == 1 ? "has" : "have") coefficient 0") }
    }
    return findings
  }

  /// How drawings and messages call each output.
  private var labels: [String] {
    measurements.flatMap { Array(repeating: $0.word?.description ?? $0.description, count: $0.outputCount) }
  }

  private func narrowOutputs(_ influence: Influence) -> [String] {
    guard inputCount > 0 else { return [] }
    let seen = (0..<outputCount).map { influence.inputs(of: $0) }
    var findings: [String] = []
    let all = seen.reduce(Set<Int>()) { $0.union($1) }
    let unseen = (0..<inputCount).filter { !all.contains($0) }.map(String.init)
    if !unseen.isEmpty {
      findings.append("no output depends on input\(unseen.count == 1 ? "" : "s") \(shortened(unseen))")
    }
    guard inputCount > 1 else { return findings }
    let narrow = seen.indices.filter { seen[$0].count == 1 }
    if narrow.count == outputCount, outputCount > 1 {
      findings.append("each of the \(outputCount) outputs depends on a single input: no entanglement reaches the measurements")
    } else {
      for k in narrow.prefix(12) { findings.append("output \(k) (\(labels[k])) depends on input \(seen[k].first!) alone") }
      if narrow.count > 12 { findings.append("\(narrow.count - 12) more outputs depend on one input alone") }
    }
    return findings
  }

  private func shortened(_ items: [String]) -> String {
    items.count <= 12 ? items.joined(separator: ", ") : items.prefix(10).joined(separator: ", ") + ", … \(items.last!)"
  }
}
