// Noise that applies Pauli words at random.

import Tensors

/// √p times a Pauli word for every word with a probability above 0.
private func krausOperators(_ words: [(String, Double)]) -> [ComplexMatrix] {
  words.filter { $0.1 > 0 }.map { ComplexMatrix.pauli($0.0).scaled(by: $0.1.squareRoot()) }
}

/// X with probability p.
public struct BitFlip: Channel {
  public let name = "bit_flip"
  public let wireCount = 1
  public let p: Double

  public init(_ p: Double) throws {
    try checkProbability(p, name, "p")
    self.p = p
  }
  public var parameters: [Double] { [p] }
  public var symbol: String { "BF(\(shortNumber(p)))" }
  public var kraus: [ComplexMatrix] { krausOperators([("I", 1 - p), ("X", p)]) }
}

/// Z with probability p.
public struct PhaseFlip: Channel {
  public let name = "phase_flip"
  public let wireCount = 1
  public let p: Double

  public init(_ p: Double) throws {
    try checkProbability(p, name, "p")
    self.p = p
  }
  public var parameters: [Double] { [p] }
  public var symbol: String { "PF(\(shortNumber(p)))" }
  public var kraus: [ComplexMatrix] { krausOperators([("I", 1 - p), ("Z", p)]) }
}

/// Y with probability p.
public struct BitPhaseFlip: Channel {
  public let name = "bit_phase_flip"
  public let wireCount = 1
  public let p: Double

  public init(_ p: Double) throws {
    try checkProbability(p, name, "p")
    self.p = p
  }
  public var parameters: [Double] { [p] }
  public var symbol: String { "BPF(\(shortNumber(p)))" }
  public var kraus: [ComplexMatrix] { krausOperators([("I", 1 - p), ("Y", p)]) }
}

/// ρ → (1 - p) ρ + p/3 (XρX + YρY + ZρZ): p is the probability that something happens, as in PennyLane's
/// DepolarizingChannel.  The Bloch vector shrinks by 1 - 4p/3, so p = 3/4 leaves nothing.
public struct Depolarizing: Channel {
  public let name = "depolarizing"
  public let wireCount = 1
  public let p: Double

  public init(_ p: Double) throws {
    try checkProbability(p, name, "p")
    self.p = p
  }
  public var parameters: [Double] { [p] }
  public var symbol: String { "D(\(shortNumber(p)))" }
  public var kraus: [ComplexMatrix] { krausOperators([("I", 1 - p), ("X", p / 3), ("Y", p / 3), ("Z", p / 3)]) }
}

/// The same on two wires together: each of the 15 Pauli words other than II with probability p/15.  Every word
/// shrinks by 1 - 16p/15.
public struct DepolarizingPair: Channel {
  public let name = "depolarizing_pair"
  public let wireCount = 2
  public let p: Double

  public init(_ p: Double) throws {
    try checkProbability(p, name, "p")
    self.p = p
  }
  public var parameters: [Double] { [p] }
  public var symbol: String { "D2(\(shortNumber(p)))" }
  public var kraus: [ComplexMatrix] {
    let words = "IXYZ".flatMap { a in "IXYZ".map { "\(a)\($0)" } }
    return krausOperators(words.map { ($0, $0 == "II" ? 1 - p : p / 15) })
  }
}

/// Pauli words with probabilities of their own; what is missing to 1 is the identity's.
public struct PauliError: Channel {
  public let name = "pauli_error"
  public let wireCount: Int
  /// Letters of "IXYZ", one per wire, and how probable they are.
  public let words: [(letters: String, probability: Double)]

  public init(_ words: [(String, Double)]) throws {
    guard let first = words.first else { throw EngineError.value("pauli_error: no words; give at least one, such as \"X\"") }
    let count = first.0.utf8.count
    guard (1...3).contains(count) else {
      throw EngineError.value("pauli_error: the word '\(first.0)' has \(count) letters; words have 1 to 3")
    }
    var (sum, seen) = (0.0, Set<String>())
    for (letters, probability) in words {
      guard letters.allSatisfy({ "IXYZ".contains($0) }) else {
        throw EngineError.value("pauli_error: the word '\(letters)' has letters other than I, X, Y and Z")
      }
      guard letters.utf8.count == count else {
        throw EngineError.value("pauli_error: the words '\(first.0)' and '\(letters)' have different lengths")
      }
      guard seen.insert(letters).inserted else { throw EngineError.value("pauli_error: the word '\(letters)' is given twice") }
      try checkProbability(probability, name, "the probability of \(letters)")
      sum += probability
    }
    guard sum <= 1 + 1e-12 else {
      throw EngineError.value("pauli_error: the probabilities add up to \(sum); their sum must be at most 1")
    }
    let identity = String(repeating: "I", count: count)
    wireCount = count
    self.words = words.map { ($0.0, $0.1) } + (seen.contains(identity) ? [] : [(identity, max(0, 1 - sum))])
    if seen.contains(identity), abs(sum - 1) > 1e-12 {
      throw EngineError.value("pauli_error: with the probability of \(identity) given, the sum must be 1; it is \(sum)")
    }
  }
  public var symbol: String { "PE" }
  public var kraus: [ComplexMatrix] { krausOperators(words) }
}
