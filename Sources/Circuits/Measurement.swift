// What a circuit measures, and how its outputs follow from expectation values of Pauli words: the only thing
// that simulators need to know.

import Tensors

public enum Measurement: Hashable, Sendable {
  /// ⟨H⟩
  case expectation(PauliSum)
  /// ⟨H²⟩ - ⟨H⟩²
  case variance(PauliSum)
  /// The probability of each of the 2^k results on k wires, the first wire's bit the most significant.
  case probabilities([Int])

  public var outputCount: Int {
    if case .probabilities(let wires) = self { return 1 << wires.count }
    return 1
  }

  /// The single word whose expectation value it is.
  public var word: PauliWord? {
    if case .expectation(let sum) = self, sum.terms.count == 1, sum.terms[0].coefficient == 1 {
      return sum.terms[0].word
    }
    return nil
  }
}

extension Measurement: CustomStringConvertible {
  public var description: String {
    switch self {
    case .expectation(let sum): return "⟨\(sum)⟩"
    case .variance(let sum): return "Var(\(sum))"
    case .probabilities(let wires): return "P(\(wires.map(String.init).joined(separator: ",")))"
    }
  }
}

/// How often a wire's result is read wrongly.
public struct ReadoutError: Hashable, Sendable {
  /// Probability of reading 1 where it is 0, and 0 where it is 1.
  public let oneOfZero, zeroOfOne: Double

  public init(oneOfZero: Double, zeroOfOne: Double) {
    (self.oneOfZero, self.zeroOfOne) = (oneOfZero, zeroOfOne)
  }

  package func check() throws {
    for p in [oneOfZero, zeroOfOne] where !(p >= 0 && p <= 1) {
      throw EngineError.value("a readout error of \(p); probabilities must be in [0, 1]")
    }
  }
}

/// Outputs as functions of the expectation values v of distinct Pauli words:
/// `out = constant + Σ c v - (squareConstant + Σ s v)²`.
package struct OutputMap: Sendable {
  package struct Row: Sendable {
    package var constant = 0.0
    package var terms: [(word: Int, factor: Double)] = []
    package var squareConstant = 0.0
    package var squares: [(word: Int, factor: Double)] = []
  }

  package private(set) var words: [PauliMask] = []
  package private(set) var rows: [Row] = []
  private var places: [PauliMask: Int] = [:]

  package init(_ measurements: [Measurement], wires: Int, readout: [Int: ReadoutError] = [:]) {
    // In order, because the order of factors and sums decides the last bits.
    let errors = readout.sorted { $0.key < $1.key }.map { (bit: Wire($0.key, of: wires).bit, error: $0.value) }
    for measurement in measurements {
      switch measurement {
      case .expectation(let sum):
        var row = Row()
        (row.constant, row.terms) = combine(sum.terms.map { ($0.coefficient, $0.word.mask(of: wires)) }, errors)
        rows.append(row)
      case .variance(let sum):
        let masks = sum.terms.map { ($0.coefficient, $0.word.mask(of: wires)) }
        var row = Row()
        (row.constant, row.terms) = combine(Self.square(masks), errors)
        (row.squareConstant, row.squares) = combine(masks, errors)
        rows.append(row)
      case .probabilities(let list):
        let bits = list.map { Wire($0, of: wires).bit }
        for outcome in 0..<1 << bits.count { rows.append(projector(bits, outcome, errors)) }
      }
    }
  }

  /// Whether output k is simply the expectation value of word k.
  package var isIdentity: Bool {
    rows.count == words.count
      && rows.enumerated().allSatisfy { index, row in
        row.constant == 0 && row.squares.isEmpty && row.squareConstant == 0 && row.terms.count == 1
          && row.terms[0] == (index, 1)
      }
  }

  package var isLinear: Bool { rows.allSatisfy { $0.squares.isEmpty && $0.squareConstant == 0 } }

  private mutating func place(_ word: PauliMask) -> Int {
    if let place = places[word] { return place }
    places[word] = words.count
    words.append(word)
    return words.count - 1
  }

  /// Sums terms of equal words; a wrongly read wire turns its letter P into (1 - a - b) P + (b - a), where a
  /// is the probability of reading 1 for 0 and b that of 0 for 1.
  private mutating func combine(
    _ terms: [(Double, PauliMask)], _ errors: [(bit: Int, error: ReadoutError)]
  ) -> (Double, [(word: Int, factor: Double)]) {
    var (constant, order, factors) = (0.0, [PauliMask](), [PauliMask: Double]())
    for (coefficient, word) in terms {
      var parts = [(coefficient, word)]
      for (bit, error) in errors where (word.x | word.z) & bit != 0 {
        parts = parts.flatMap { factor, word in
          [
            (factor * (1 - error.oneOfZero - error.zeroOfOne), word),
            (factor * (error.zeroOfOne - error.oneOfZero), PauliMask(x: word.x & ~bit, z: word.z & ~bit)),
          ]
        }
      }
      for (factor, word) in parts {
        if word.isIdentity {
          constant += factor
        } else {
          if factors[word] == nil { order.append(word) }
          factors[word, default: 0] += factor
        }
      }
    }
    return (constant, order.map { (place($0), factors[$0]!) }.filter { $0.factor != 0 || factors.count == 1 })
  }

  /// H² as words: pairs that anticommute cancel.
  private static func square(_ terms: [(Double, PauliMask)]) -> [(Double, PauliMask)] {
    var result: [(Double, PauliMask)] = []
    for (i, (a, p)) in terms.enumerated() {
      result.append((a * a, PauliMask(x: 0, z: 0)))
      for (b, q) in terms[..<i] where !p.anticommutes(with: q) {
        let (power, word) = p.times(q)
        result.append((power == 2 ? -2 * a * b : 2 * a * b, word))
      }
    }
    return result
  }

  /// The probability of one outcome: the product of (1 ± Z)/2.
  private mutating func projector(_ bits: [Int], _ outcome: Int, _ errors: [(bit: Int, error: ReadoutError)]) -> Row {
    let k = bits.count
    var terms: [(Double, PauliMask)] = []
    for subset in 0..<1 << k {
      var (sign, z) = (1.0, 0)
      for (position, bit) in bits.enumerated() where subset >> (k - 1 - position) & 1 == 1 {
        z |= bit
        if outcome >> (k - 1 - position) & 1 == 1 { sign = -sign }
      }
      terms.append((sign / Double(1 << k), PauliMask(x: 0, z: z)))
    }
    var row = Row()
    (row.constant, row.terms) = combine(terms, errors)
    return row
  }
}
