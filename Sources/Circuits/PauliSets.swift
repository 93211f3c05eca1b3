// Which Pauli words an observable can turn into when it is pulled back through a circuit, for any values
// of the angles.  From this follow the structure of the product form and what the linter says.

/// A set of Pauli words on a few wires.
package struct PauliSet {
  package let wires: Int
  /// Indexed by x << wires | z.
  package private(set) var members: [Bool]
  private var count = 0

  /// 4^7 words; beyond that the sets cost more than they tell.
  package static let maximumWires = 7

  package init(wires: Int, _ words: [PauliMask]) {
    self.wires = wires
    members = Array(repeating: false, count: 1 << (2 * wires))
    for word in words { insert(word) }
  }

  private func index(_ word: PauliMask) -> Int { word.x << wires | word.z }
  private func word(_ index: Int) -> PauliMask { PauliMask(x: index >> wires, z: index & ((1 << wires) - 1)) }
  package func contains(_ word: PauliMask) -> Bool { members[index(word)] }

  package mutating func insert(_ word: PauliMask) {
    let index = index(word)
    if !members[index] { count += 1 }
    members[index] = true
  }

  /// All words, or all but the identity: nothing can be added, and unitaries map it to itself.
  private var isEverything: Bool { count == members.count || (count == members.count - 1 && !members[0]) }

  package var words: [PauliMask] { members.indices.filter { members[$0] }.map(word) }

  /// The words that U†QU (of a channel: Σ K†QK) can contain, Q of the set.
  package mutating func pullBack(through step: PauliStep) {
    // Noise can turn other words into the identity (damping), which unitaries cannot.
    if isEverything, members[0] || !step.makesIdentity { return }
    switch step {
    case .rotation(let generators):
      // A word that was only just added maps to one that is there already.
      for generator in generators {
        for i in members.indices where members[i] {
          let word = word(i)
          if word.anticommutes(with: generator) { insert(PauliMask(x: word.x ^ generator.x, z: word.z ^ generator.z)) }
        }
      }
    case .images(let images):
      var result = PauliSet(wires: wires, [])
      for i in members.indices where members[i] { images.insert(imagesOf: word(i), into: &result) }
      self = result
    }
  }

  package func filter(_ isIncluded: (PauliMask) -> Bool) -> PauliSet {
    PauliSet(wires: wires, words.filter(isIncluded))
  }

  /// The words of this set, which is what `before` was pulled back from through a step, that can have a value other
  /// than 0 when only those of `valued` can before it; and whether the step can change the value of any.
  package func valued(after step: PauliStep, before: PauliSet, valued: PauliSet) -> (PauliSet, changes: Bool) {
    // Once all have values, so have all that follow.
    if valued.count == before.count { return (self, true) }
    var result = PauliSet(wires: wires, [])
    var changes = false
    for i in members.indices where members[i] {
      let word = word(i)
      switch step {
      case .rotation(let generators):
        let (hasValue, moves) = valued.contains(orbitOf: word, generators)
        if hasValue { result.insert(word) }
        if hasValue, moves { changes = true }
      case .images(let images):
        let hasValue = images.contains(valued, imageOf: word)
        if hasValue { result.insert(word) }
        // Without the gate the word would stay: what is then known of it?
        if !images.fixes(word), hasValue || valued.contains(word) || !before.contains(word) { changes = true }
      }
    }
    return (result, changes)
  }

  /// Whether the set holds a word that rotations about the generators can turn this one into, and whether they can
  /// turn it into any other.
  private func contains(orbitOf word: PauliMask, _ generators: [PauliMask]) -> (Bool, moves: Bool) {
    if generators.count == 1 {
      let generator = generators[0]
      guard word.anticommutes(with: generator) else { return (contains(word), false) }
      return (contains(word) || contains(PauliMask(x: word.x ^ generator.x, z: word.z ^ generator.z)), true)
    }
    var orbit = [word]
    for generator in generators {
      for image in orbit where image.anticommutes(with: generator) {
        orbit.append(PauliMask(x: image.x ^ generator.x, z: image.z ^ generator.z))
      }
    }
    return (orbit.contains { contains($0) }, orbit.count > 1)
  }

  /// Whether an instruction changes no word of the set.
  package func isUntouched(by step: PauliStep) -> Bool {
    switch step {
    case .rotation(let generators):
      return generators.isEmpty
        || !members.indices.contains { i in members[i] && generators.contains { word(i).anticommutes(with: $0) } }
    case .images(let images):
      return !members.indices.contains { members[$0] && !images.fixes(word($0)) }
    }
  }
}

/// What an instruction does to Pauli words, worked out once.
package enum PauliStep {
  case rotation(generators: [PauliMask])
  case images(PauliImages)

  package init(_ instruction: Instruction) {
    if case .rotation(let rotation) = instruction {
      self = .rotation(generators: rotation.generatorWords)
    } else {
      self = .images(PauliImages(instruction, PauliImages.Local(instruction)))
    }
  }

  /// Whether other words can become the identity.
  var makesIdentity: Bool {
    if case .images(let images) = self { return images.makesIdentity }
    return false
  }

  /// Of a list of instructions; equal gates on different wires share their table.
  package static func all(_ instructions: [Instruction]) -> [PauliStep] {
    var known: [LocalKey: PauliImages.Local] = [:]
    return instructions.map { instruction in
      guard let key = LocalKey(instruction) else { return PauliStep(instruction) }
      let local = known[key] ?? PauliImages.Local(instruction)
      known[key] = local
      return .images(PauliImages(instruction, local))
    }
  }
}

/// A constant instruction apart from the wires it is on.
private struct LocalKey: Hashable {
  let masks: [Int]
  let numbers: [Double]

  init?(_ instruction: Instruction) {
    switch instruction.compressed(to: PauliImages.bits(of: instruction)) {
    case .rotation: return nil
    case .matrix(let m): (masks, numbers) = ([0, m.target, m.controls], (0..<4).flatMap { [m.re[$0], m.im[$0]] })
    case .swap(let s): (masks, numbers) = ([1, s.a, s.b, s.controls], [])
    case .unitary(let u): (masks, numbers) = ([2, u.controls] + u.bits, u.matrix.re + u.matrix.im)
    case .channel(let c): (masks, numbers) = ([3] + c.bits, c.kraus.flatMap { $0.re + $0.im })
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
package struct PauliImages {
  /// For every word of the gate's own bits (x << k | z): the words of U†QU, and whether that is Q itself.
  final class Local {
    let images: [[Int]]
    let fixed: [Bool]

    init(_ instruction: Instruction) {
      let bits = PauliImages.bits(of: instruction)
      let k = bits.count
      let size = 1 << k
      let words = (0..<size * size).map { PauliMask(x: $0 >> k, z: $0 & (size - 1)) }
      if k > 3 {
        // Large gates may do anything on their bits, except to what is the identity there.
        images = words.map { $0.isIdentity ? [0] : Array(words.indices) }
        fixed = words.map(\.isIdentity)
        return
      }
      let operators: [ComplexMatrix]
      if case .channel(let channel) = instruction.compressed(to: bits) {
        operators = channel.kraus.map { Instruction.unitary(ControlledUnitary(bits: channel.bits, $0)).matrix(bits: k) }
      } else {
        operators = [instruction.compressed(to: bits).matrix(bits: k)]
      }
      var (images, fixed): ([[Int]], [Bool]) = ([], [])
      for (q, word) in words.enumerated() {
        let conjugated = operators.reduce(ComplexMatrix(dimension: size)) {
          $0 + $1.adjoint * $1.leftMultiplied(by: word)
        }
        let weights = words.map { conjugated.traceOfProduct(with: $0) / Double(size) }
        images.append(words.indices.filter { abs(weights[$0]) > 1e-12 })
        fixed.append(abs(weights[q] - 1) < 1e-12)
      }
      (self.images, self.fixed) = (images, fixed)
    }
  }

  private let bits: [Int]
  private let mask: Int
  private let local: Local
  /// The words of the gate's bits, on the register.
  private let words: [PauliMask]

  init(_ instruction: Instruction, _ local: Local) {
    let bits = Self.bits(of: instruction)
    (self.bits, self.local) = (bits, local)
    mask = instruction.support
    words = (0..<1 << (2 * bits.count)).map { image in
      var word = PauliMask(x: 0, z: 0)
      for (position, bit) in bits.enumerated() {
        word.x |= ((image >> (bits.count + position)) & 1) << bit
        word.z |= ((image >> position) & 1) << bit
      }
      return word
    }
  }

  var makesIdentity: Bool { local.images.dropFirst().contains { $0.contains(0) } }

  fileprivate static func bits(of instruction: Instruction) -> [Int] {
    let support = instruction.support
    return (0..<Int.bitWidth).filter { support >> $0 & 1 == 1 }
  }

  private func place(_ word: PauliMask) -> Int {
    var (x, z) = (0, 0)
    for (position, bit) in bits.enumerated() {
      x |= ((word.x >> bit) & 1) << position
      z |= ((word.z >> bit) & 1) << position
    }
    return x << bits.count | z
  }

  func fixes(_ word: PauliMask) -> Bool { local.fixed[place(word)] }

  func contains(_ set: PauliSet, imageOf word: PauliMask) -> Bool {
    local.images[place(word)].contains { image in
      set.contains(PauliMask(x: word.x & ~mask | words[image].x, z: word.z & ~mask | words[image].z))
    }
  }

  func insert(imagesOf word: PauliMask, into set: inout PauliSet) {
    for image in local.images[place(word)] {
      set.insert(PauliMask(x: word.x & ~mask | words[image].x, z: word.z & ~mask | words[image].z))
    }
  }
}
