// Pauli words and weighted sums of them, the observables of the engine.

import Tensors

/// A Pauli word: `letters[i]` of "XYZ" on `wires[i]`.
public struct PauliWord: Hashable, Sendable, CustomStringConvertible {
  public let letters: String
  public let wires: [Int]

  public init(_ letters: String, _ wires: [Int]) { (self.letters, self.wires) = (letters, wires) }

  public var description: String {
    zip(letters, wires).map { "\($0)\($1)" }.joined(separator: " ")
  }

  /// On a register of `count` wires.
  package func mask(of count: Int) -> PauliMask {
    var mask = PauliMask(x: 0, z: 0)
    for (letter, wire) in zip(letters, wires) {
      let bit = Wire(wire, of: count).bit
      if letter == "X" || letter == "Y" { mask.x |= bit }
      if letter == "Z" || letter == "Y" { mask.z |= bit }
    }
    return mask
  }
}

/// A Hermitian observable: a real combination of Pauli words.  The empty word is the identity.
public struct PauliSum: Hashable, Sendable, CustomStringConvertible {
  public struct Term: Hashable, Sendable {
    public let coefficient: Double
    public let word: PauliWord
  }
  public let terms: [Term]

  public init(_ terms: [(Double, PauliWord)]) {
    self.terms = terms.map { Term(coefficient: $0.0, word: $0.1) }
  }
  public init(_ word: PauliWord) { self.init([(1, word)]) }

  public var description: String {
    if terms.count == 1, terms[0].coefficient == 1 { return terms[0].word.description }
    let shown = terms.prefix(4).map { "\($0.coefficient) \($0.word.wires.isEmpty ? "I" : $0.word.description)" }
    return shown.joined(separator: " + ") + (terms.count > 4 ? " + … (\(terms.count) terms)" : "")
  }
}

/// A Pauli word as masks over a basis-state index: X or Y where `x` is set, Z or Y where `z` is.
package struct PauliMask: Hashable, Sendable {
  package var x: Int
  package var z: Int

  package init(x: Int, z: Int) { (self.x, self.z) = (x, z) }

  package var isIdentity: Bool { x | z == 0 }

  /// Whether the two words anticommute.
  package func anticommutes(with other: PauliMask) -> Bool {
    ((x & other.z).nonzeroBitCount + (z & other.x).nonzeroBitCount) & 1 == 1
  }

  /// The product PQ as i^power times a word.
  package func times(_ other: PauliMask) -> (power: Int, word: PauliMask) {
    let word = PauliMask(x: x ^ other.x, z: z ^ other.z)
    // A word is i^#Y X^x Z^z; moving Z^z past X^x' gives (-1)^(z·x').
    let power = (x & z).nonzeroBitCount + (other.x & other.z).nonzeroBitCount - (word.x & word.z).nonzeroBitCount
      + 2 * (z & other.x).nonzeroBitCount
    return (power & 3, word)
  }
}
