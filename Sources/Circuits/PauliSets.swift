// Which Pauli words an observable can turn into when it is pulled back through a circuit, for any values
// of the angles.  From this follow the structure of the product form and what the linter says.

/// A set of Pauli words on a few wires.
package struct PauliSet {
  package let wires: Int
  /// Indexed by x << wires | z.
  package private(set) var members: [Bool]

  /// 4^7 words; beyond that the sets cost more than they tell.
  package static let maximumWires = 7

  package init(wires: Int, _ words: [PauliMask]) {
    self.wires = wires
    members = Array(repeating: false, count: 1 << (2 * wires))
    for word in words { insert(word) }
  }

  private func index(_ word: PauliMask) -> Int { word.x << wires | word.z }
  package mutating func insert(_ word: PauliMask) { members[index(word)] = true }
  package func contains(_ word: PauliMask) -> Bool { members[index(word)] }

  /// All words but the identity: nothing can be added, and unitaries map it to itself.
  private var isEverything: Bool { members.reduce(0) { $0 + ($1 ? 1 : 0) } >= members.count - 1 && !members[0] }

  package mutating func formUnion(_ other: PauliSet) {
    for i in members.indices where other.members[i] { members[i] = true }
  }

  package var words: [PauliMask] {
    members.indices.filter { members[$0] }.map { PauliMask(x: $0 >> wires, z: $0 & ((1 << wires) - 1)) }
  }

  /// The words that U†QU can contain, Q of the set, U the instruction.
  package mutating func pullBack(through instruction: Instruction) {
    if isEverything { return }
    if case .rotation(let rotation) = instruction {
      for generator in rotation.generatorWords {
        for word in words where word.anticommutes(with: generator) {
          insert(PauliMask(x: word.x ^ generator.x, z: word.z ^ generator.z))
        }
      }
      return
    }
    let images = PauliImages(instruction)
    var result = PauliSet(wires: wires, [])
    for word in words { for image in images.of(word) { result.insert(image) } }
    self = result
  }

  /// Whether an instruction changes no word of the set.
  package func isUntouched(by instruction: Instruction) -> Bool {
    switch instruction {
    case .rotation(let rotation):
      let generators = rotation.generatorWords
      return words.allSatisfy { word in generators.allSatisfy { !word.anticommutes(with: $0) } }
    default:
      let images = PauliImages(instruction)
      return words.allSatisfy { images.fixes($0) }
    }
  }
}

extension PauliRotation {
  /// `Π ⊗ P` as a sum of Pauli words that commute with each other (up to factors, without identity).
  package var generatorWords: [PauliMask] {
    var words: [PauliMask] = []
    var subset = controls
    while true {
      let word = PauliMask(x: x, z: z ^ subset)
      if word.x | word.z != 0 { words.append(word) }
      if subset == 0 { return words }
      subset = (subset - 1) & controls
    }
  }
}

/// How a fixed gate maps Pauli words, found numerically on the few bits it touches.
private struct PauliImages {
  private let bits: [Int]
  /// For every local word (x << k | z): the local words of U†QU, and whether that is Q itself.
  private var table: [[Int]] = []
  private var fixed: [Bool] = []

  init(_ instruction: Instruction) {
    let support = instruction.support
    bits = (0..<Int.bitWidth).filter { support >> $0 & 1 == 1 }
    let k = bits.count
    let size = 1 << k
    let words = (0..<size * size).map { PauliMask(x: $0 >> k, z: $0 & (size - 1)) }
    if instruction.isChannel || k > 3 {
      // Noise and large gates may do anything on their bits, except to what is the identity there.
      table = words.map { $0.isIdentity ? [0] : Array(words.indices) }
      fixed = words.map(\.isIdentity)
      return
    }
    let unitary = instruction.compressed(to: bits).matrix(bits: k)
    for (q, word) in words.enumerated() {
      let conjugated = unitary.adjoint * unitary.leftMultiplied(by: word)
      var images: [Int] = []
      for (image, other) in words.enumerated() {
        let weight = conjugated.leftMultiplied(by: other).trace.re / Double(size)
        if abs(weight) > 1e-12 { images.append(image) }
        if image == q { fixed.append(abs(weight - 1) < 1e-12) }
      }
      table.append(images)
    }
  }

  private func local(_ word: PauliMask) -> Int {
    var (x, z) = (0, 0)
    for (position, bit) in bits.enumerated() {
      x |= ((word.x >> bit) & 1) << position
      z |= ((word.z >> bit) & 1) << position
    }
    return x << bits.count | z
  }

  func fixes(_ word: PauliMask) -> Bool { fixed[local(word)] }

  func of(_ word: PauliMask) -> [PauliMask] {
    let mask = bits.reduce(0) { $0 | 1 << $1 }
    return table[local(word)].map { image in
      var result = PauliMask(x: word.x & ~mask, z: word.z & ~mask)
      for (position, bit) in bits.enumerated() {
        result.x |= ((image >> (bits.count + position)) & 1) << bit
        result.z |= ((image >> position) & 1) << bit
      }
      return result
    }
  }
}
