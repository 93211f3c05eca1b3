// Before any amplitude is touched: gates that no measured word can notice fall away, and Clifford gates
// that nothing follows become part of the words (the Heisenberg picture).

import Circuits

/// What is left of a circuit's instructions once the measurement has absorbed what it can.
struct ObservableFrame {
  /// Positions of the instructions that still have to be run.
  private(set) var kept: [Int] = []
  /// The words to measure after them, and the sign of each.
  private(set) var words: [PauliMask]
  private(set) var signs: [Double]

  /// Kept instructions are those that a later kept one, or a word, can notice.
  init(_ instructions: [Instruction], words: [PauliMask]) {
    self.words = words
    signs = Array(repeating: 1, count: words.count)
    var later = 0  // bits that kept instructions touch
    for (position, instruction) in instructions.enumerated().reversed() {
      let support = instruction.support
      if support & later == 0 {
        if self.words.allSatisfy({ instruction.commutes(with: $0) }) { continue }
        if let images = CliffordImages(instruction) {
          for k in self.words.indices where (self.words[k].x | self.words[k].z) & support != 0 {
            let (word, sign) = images.image(of: self.words[k])
            self.words[k] = word
            signs[k] *= sign
          }
          continue
        }
      }
      kept.append(position)
      later |= support
    }
    kept.reverse()
  }
}

extension Instruction {
  /// Whether it leaves a word as it is, seen from the structure alone.
  func commutes(with word: PauliMask) -> Bool {
    if (word.x | word.z) & support == 0 { return true }
    switch self {
    case .rotation(let r): return r.generatorWords.allSatisfy { !$0.anticommutes(with: word) }
    case .matrix(let m): return m.isDiagonal && word.x & support == 0
    case .swap, .unitary, .channel: return false
    }
  }
}
