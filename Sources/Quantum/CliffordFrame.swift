// Clifford gates moved past everything that follows, into the measured words: a CNOT then costs nothing, and a
// rotation behind it becomes one about another Pauli word.

import Circuits

/// A circuit without those Clifford gates that could be moved.
struct CliffordFrame {
  private(set) var instructions: [Instruction] = []
  private(set) var words: [PauliMask]
  /// Whether the measured value of each word is that of its negative.
  private(set) var negative: [Bool]

  /// Gates on wires that are still alone stay where they are; there they are free.
  init(_ source: [Instruction], words: [PauliMask]) {
    self.words = words
    negative = Array(repeating: false, count: words.count)
    // Gates moved so far, first one first.
    var moved: [(gate: Instruction, images: CliffordImages)] = []
    var joined = 0
    for instruction in source {
      let support = instruction.support
      let isAlone = support.nonzeroBitCount == 1 && support & joined == 0
      if !isAlone { joined |= support }
      if !isAlone, let images = CliffordImages(instruction) {
        moved.append((instruction, images))
        continue
      }
      if isAlone || moved.isEmpty {
        instructions.append(instruction)
        continue
      }
      // G then R(P) is R(G†PG) then G.
      if case .rotation(let r) = instruction, r.controls == 0 {
        var (word, factor) = (PauliMask(x: r.x, z: r.z), r.factor)
        for entry in moved.reversed() {
          let image = entry.images.image(of: word)
          (word, factor) = (image.word, factor * image.sign)
        }
        instructions.append(
          .rotation(PauliRotation(x: word.x, z: word.z, controls: 0, factor: factor, angle: r.angle)))
        continue
      }
      // Nothing else can be rewritten: the gates moved so far stay in front of it.
      instructions += moved.map(\.gate)
      moved = []
      instructions.append(instruction)
    }
    for entry in moved.reversed() {
      for k in words.indices {
        let image = entry.images.image(of: self.words[k])
        self.words[k] = image.word
        if image.sign < 0 { negative[k].toggle() }
      }
    }
    silence()
  }

  /// Takes out rotations that no word and no later rotation can notice.  They stay as rotations about nothing,
  /// so that rotations keep their numbers.
  private mutating func silence() {
    var later: [PauliMask] = []
    for position in instructions.indices.reversed() {
      guard case .rotation(let r) = instructions[position], r.controls == 0 else { return }
      let word = PauliMask(x: r.x, z: r.z)
      if (words + later).contains(where: { $0.anticommutes(with: word) }) {
        later.append(word)
      } else {
        instructions[position] = .rotation(PauliRotation(x: 0, z: 0, controls: 0, factor: r.factor, angle: r.angle))
      }
    }
  }
}
