// Circuits 1 to 19 of Sim, Johnson and Aspuru-Guzik 2019, Fig. 2, for any number of wires.
//
// The figure shows four wires.  For n wires its chains, rings, pairs and all-to-all blocks are continued; so are
// the numbers of weights of its Table 1.  Gates are in the figure's order from left to right and, where columns
// hold several, RX or RY on all wires before RZ; two-wire gates are control, target, as the figure draws them from
// the bottom wire upwards.

extension Template {
  /// sim_1 to sim_19.
  public static let sim: [Template] = [
    one("sim_1") { _ in },
    one("sim_2") { try $0.upwards(CNOT()) },
    one("sim_3") { try $0.upwards(CRZ()) },
    one("sim_4") { try $0.upwards(CRX()) },
    one("sim_5") { try $0.allToAll(CRZ()) },
    one("sim_6") { try $0.allToAll(CRX()) },
    one("sim_7") { try $0.alternating(CRZ(), between: [RX(), RZ()]) },
    one("sim_8") { try $0.alternating(CRX(), between: [RX(), RZ()]) },
    Template("sim_9", minimumWires: 2) { writer in
      try writer.rotateAll([Hadamard()])
      try writer.upwards(CZ())
      try writer.rotateAll([RX()])
    },
    Template("sim_10", minimumWires: 2, first: { try $0.rotateAll([RY()]) }) { writer in
      try writer.upwards(CZ())
      if writer.wires.count > 2 { try writer.append(CZ(), [writer.wires.last!, writer.wires[0]]) }
      try writer.rotateAll([RY()])
    },
    Template("sim_11", minimumWires: 2) { try $0.inner(CNOT()) },
    Template("sim_12", minimumWires: 2) { try $0.inner(CZ()) },
    Template("sim_13", minimumWires: 2) { try $0.twoRings(CRZ()) },
    Template("sim_14", minimumWires: 2) { try $0.twoRings(CRX()) },
    Template("sim_15", minimumWires: 2) { try $0.twoRings(CNOT()) },
    one("sim_16") { try $0.alternating(CRZ(), between: []) },
    one("sim_17") { try $0.alternating(CRX(), between: []) },
    one("sim_18") { try $0.ringDownwards(CRZ()) },
    one("sim_19") { try $0.ringDownwards(CRX()) },
  ]

  /// RX and RZ on all wires, then what is particular.
  private static func one(
    _ name: String, _ rest: @escaping @Sendable (inout AnsatzWriter) throws -> Void
  ) -> Template {
    Template(name, minimumWires: 2) { writer in
      try writer.rotateAll([RX(), RZ()])
      try rest(&writer)
    }
  }
}

extension AnsatzWriter {
  private var n: Int { wires.count }

  /// A gate on positions (control, target) of the wires.
  private mutating func join(_ gate: some Gate, _ control: Int, _ target: Int) throws {
    try append(gate, [wires[control], wires[target]])
  }

  /// (n-1,n-2) … (1,0)
  fileprivate mutating func upwards(_ gate: some Gate) throws {
    for k in stride(from: n - 1, to: 0, by: -1) { try join(gate, k, k - 1) }
  }

  /// Every wire controls every other, from the bottom; then RX and RZ again.
  fileprivate mutating func allToAll(_ gate: some Gate) throws {
    for control in (0..<n).reversed() {
      for target in (0..<n).reversed() where target != control { try join(gate, control, target) }
    }
    try rotateAll([RX(), RZ()])
  }

  /// (1,0) (3,2) …, rotations, (2,1) (4,3) …
  fileprivate mutating func alternating(_ gate: some Gate, between rotations: [any Gate]) throws {
    for k in stride(from: 1, to: n, by: 2) { try join(gate, k, k - 1) }
    try rotateAll(rotations)
    for k in stride(from: 2, to: n, by: 2) { try join(gate, k, k - 1) }
  }

  /// RY and RZ on all wires, pairs, RY and RZ on all but the outer wires, the pairs between.
  fileprivate mutating func inner(_ gate: some Gate) throws {
    try rotateAll([RY(), RZ()])
    for k in stride(from: 1, to: n, by: 2) { try join(gate, k, k - 1) }
    try rotateAll([RY(), RZ()], Array(wires.dropFirst().dropLast()))
    for k in stride(from: 2, to: n, by: 2) { try join(gate, k, k - 1) }
  }

  /// (n-1,0) (n-2,n-1) … (0,1)
  fileprivate mutating func ringDownwards(_ gate: some Gate) throws {
    for k in (0..<n).reversed() { try join(gate, k, (k + 1) % n) }
  }

  /// RY, the ring downwards, RY, and (n-1,n-2) (0,n-1) (1,0) … (n-2,n-3).
  fileprivate mutating func twoRings(_ gate: some Gate) throws {
    try rotateAll([RY()])
    try ringDownwards(gate)
    try rotateAll([RY()])
    for k in 0..<n { try join(gate, (n - 1 + k) % n, (2 * n - 2 + k) % n) }
  }
}
