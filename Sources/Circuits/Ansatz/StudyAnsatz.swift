// The five ansätze of the quanvolutional study, a layer each there, and a ring.

extension Template {
  /// Rot on every wire.
  public static let rot = Template("rot") { try $0.rotateEach([Rot()]) }
  /// Rot on every wire, then exp(-i w Z Z) on all pairs.
  public static let zzFull = zz("zz_full", .full)
  /// ... on neighbours, an open chain.
  public static let zzLinear = zz("zz_linear", .linear)
  /// ... on the first wire with every other.
  public static let zzStar = zz("zz_star", .star)

  private static func zz(_ name: String, _ pattern: WirePattern) -> Template {
    Template(name) { writer in
      try writer.rotateEach([Rot()])
      // exp(-iφ Z_p Z_q) is IsingZZ(2φ).
      for (p, q) in try writer.pairs(pattern) { try writer.append(IsingZZ(), [p, q], [2 * writer.fresh()]) }
    }
  }

  /// A drawn gate of RX, RY, RZ and Rot on each wire, and a single CNOT on a drawn pair.
  public static let random = Template("random", [.seed]) { writer in
    for wire in writer.wires {
      let gates: [any Gate] = [RX(), RY(), RZ(), Rot()]
      try writer.append(gates[writer.stream.below(4)], [wire])
    }
    let n = writer.wires.count
    guard n > 1 else { return }
    let p = writer.stream.below(n)
    let q = (p + 1 + writer.stream.below(n - 1)) % n
    try writer.append(CNOT(), [writer.wires[p], writer.wires[q]])
  }

  /// RY and RZ on every wire, then CNOT from each wire to the next.
  public static let ring = Template("ring") { writer in
    try writer.rotateEach([RY(), RZ()])
    try writer.entangle(CNOT(), writer.pairs(.ring))
  }
}
