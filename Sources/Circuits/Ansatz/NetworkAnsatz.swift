// Ansätze shaped as networks: convolution and pooling, chains, trees.

import Tensors

extension Template {
  // MARK: Quantum convolutional networks (Cong, Choi and Lukin 2019)

  /// Layers of convolution and pooling; each halves the wires, the first one is kept to the end.
  /// 18 weights per layer, whatever the number of wires.
  public static let qcnn = Template("qcnn", minimumWires: 2) { writer in
    // After l layers every 2^l-th wire is left.
    let left = stride(from: 0, to: writer.wires.count, by: writer.layer < 30 ? 1 << writer.layer : 1 << 30)
      .map { writer.wires[$0] }
    guard left.count > 1 else {
      throw EngineError.value(
        "layers is \(writer.options.layers); after \(counted(writer.layer, "layer")) of 'qcnn' on \(counted(writer.wires.count, "wire")) one wire is left")
    }
    try writer.convolve(WirePattern.brick.pairs(of: left, &writer.stream))
    try writer.pool(WirePattern.pairs.pairs(of: left, &writer.stream))
  }

  /// One general two-wire block of 15 weights on all pairs, which share them.
  public static let qcnnConvolution = Template("qcnn_convolution", [.pattern, .seed], minimumWires: 2) { writer in
    try writer.convolve(writer.pairs(.brick))
  }

  /// A rotation of the first wire of each pair, controlled by the second; 3 weights that all pairs share.
  public static let qcnnPooling = Template("qcnn_pooling", [.pattern, .seed], minimumWires: 2) { writer in
    try writer.pool(writer.pairs(.pairs))
  }

  // MARK: Tensor networks; a block is a rotation of both wires and an entangler

  /// A chain of blocks (0,1) (1,2) … (Huggins et al. 2019).
  public static let mps = Template("mps", [.rotations, .entangler], minimumWires: 2) { writer in
    try writer.blocks(writer.pairs(.linear))
  }

  /// A tree: blocks on pairs, of which the second wires go on, until one is left (Grant et al. 2018).
  public static let ttn = Template("ttn", [.rotations, .entangler], minimumWires: 2) { writer in
    var left = writer.wires
    while left.count > 1 { left = try writer.treeLevel(left) }
  }

  /// A tree with blocks between the pairs of each level before it (Grant et al. 2018).
  public static let mera = Template("mera", [.rotations, .entangler], minimumWires: 2) { writer in
    var left = writer.wires
    while left.count > 1 {
      try writer.blocks(WirePattern.pairs.pairs(of: Array(left.dropFirst()), &writer.stream))
      left = try writer.treeLevel(left)
    }
  }
}

extension AnsatzWriter {
  /// U3 on both wires, three Ising rotations, U3 on both wires: any unitary of two qubits (Vatan, Williams 2004).
  fileprivate mutating func convolve(_ pairs: [(Int, Int)]) throws {
    let weights = fresh(15)
    for (p, q) in pairs {
      try append(U3(), [p], Array(weights[0..<3]))
      try append(U3(), [q], Array(weights[3..<6]))
      try append(IsingXX(), [p, q], [weights[6]])
      try append(IsingYY(), [p, q], [weights[7]])
      try append(IsingZZ(), [p, q], [weights[8]])
      try append(U3(), [p], Array(weights[9..<12]))
      try append(U3(), [q], Array(weights[12..<15]))
    }
  }

  /// Measuring a wire and rotating its neighbour where it is 1, with the measurement deferred to the end.
  fileprivate mutating func pool(_ pairs: [(Int, Int)]) throws {
    let weights = fresh(3)
    for (kept, dropped) in pairs { try append(CRot(), [dropped, kept], weights) }
  }

  fileprivate mutating func blocks(_ pairs: [(Int, Int)]) throws {
    let (rotations, entangler) = (try rotations(["RY"]), try entangler("CNOT"))
    for (p, q) in pairs {
      try rotateAll(rotations, [p, q])
      try append(entangler, [p, q])
    }
  }

  /// Blocks on pairs; gives the wires that go on.
  fileprivate mutating func treeLevel(_ left: [Int]) throws -> [Int] {
    let pairs = WirePattern.pairs.pairs(of: left, &stream)
    try blocks(pairs)
    return pairs.map(\.1) + (left.count % 2 == 1 ? [left[left.count - 1]] : [])
  }
}
