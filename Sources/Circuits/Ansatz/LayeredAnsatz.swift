// Layers of rotations and entanglers, in the forms of the field.

extension Template {
  /// Any rotations, wire by wire, then any entangler on any pattern (Kandala et al. 2017).
  public static let hardwareEfficient = Template(
    "hardware_efficient", [.rotations, .entangler, .pattern, .seed]
  ) { writer in
    try writer.rotateEach(writer.rotations(["RY", "RZ"]))
    try writer.entangle(writer.entangler("CNOT"), writer.pairs(.linear))
  }

  /// Qiskit's TwoLocal: rotations gate by gate, an entangler, and rotations again after the last layer.
  public static let twoLocal = Template(
    "two_local", [.rotations, .entangler, .pattern, .seed],
    last: { try $0.rotateAll($0.rotations(["RY"])) }
  ) { writer in
    try writer.rotateAll(writer.rotations(["RY"]))
    try writer.entangle(writer.entangler("CNOT"), writer.pairs(.full))
  }

  /// PennyLane's BasicEntanglerLayers: a rotation on every wire and a ring of CNOTs; weights [layers][wires].
  public static let basicEntangler = Template("basic_entangler", [.rotations]) { writer in
    try writer.rotateEach(writer.rotations(["RX"]))
    try writer.entangle(CNOT(), writer.pairs(.ring))
  }

  /// PennyLane's StronglyEntanglingLayers (Schuld et al. 2020): Rot on every wire and CNOT(q, q + r mod n),
  /// r = l mod (n - 1) + 1 in layer l unless ranges say otherwise; weights [layers][wires][3].
  public static let stronglyEntangling = Template("strongly_entangling", [.entangler, .ranges]) { writer in
    try writer.rotateEach([Rot()])
    let n = writer.wires.count
    guard n > 1 else { return }
    let range = writer.options.ranges?[writer.layer] ?? writer.layer % (n - 1) + 1
    try writer.entangle(
      writer.entangler("CNOT"), (0..<n).map { (writer.wires[$0], writer.wires[($0 + range) % n]) })
  }

  /// RY on every wire; then, per layer, CZ and two RY on (0,1) (2,3) …, and the same on (1,2) (3,4) …
  /// (Cerezo et al. 2021); weights [wires], then [layers][wires - 1][2].
  public static let simplifiedTwoDesign = Template(
    "simplified_two_design", first: { try $0.rotateEach([RY()]) }
  ) { writer in
    for (p, q) in try writer.pairs(.brick) {
      try writer.append(CZ(), [p, q])
      try writer.append(RY(), [p])
      try writer.append(RY(), [q])
    }
  }
}
