// The state that a circuit starts in.

import Tensors

/// |0…0⟩ unless said otherwise.
public enum Preparation: Sendable {
  case zero
  case amplitudes(AmplitudeEncoding)
  /// A constant state, in the order of basis states.
  case state(re: [Double], im: [Double])
}

/// Inputs as the amplitudes of the start state: amplitude k is input first + k, divided by the 2-norm of
/// the sample (Schuld, Petruccione 2018).
public struct AmplitudeEncoding: Hashable, Sendable {
  /// Column of the first amplitude, and how many there are.
  public let first, count: Int
  /// The wires that hold the amplitudes, the first the most significant; all others start in |0⟩.
  public let wires: [Int]
  /// Divide by the norm.  Without it each sample must have norm 1 to 1e-6 (Float) or 1e-10 (Double).
  public let normalize: Bool
  /// What stands for the missing amplitudes where count < 2^wires; nil: there may be none missing.
  public let padding: Double?

  public init(first: Int = 0, count: Int, wires: [Int], normalize: Bool = true, padding: Double? = 0) {
    (self.first, self.count, self.wires) = (first, count, wires)
    (self.normalize, self.padding) = (normalize, padding)
  }
}

/// The start state of a lowered circuit.
package enum StartState: Sendable {
  case zero
  /// `places`: index in a state of each of the 2^k amplitudes.
  case amplitudes(AmplitudeEncoding, places: [Int])
  case state(re: [Double], im: [Double])

  package init(_ circuit: Circuit) {
    switch circuit.preparation {
    case .zero: self = .zero
    case .state(let re, let im): self = .state(re: re, im: im)
    case .amplitudes(let encoding):
      let bits = encoding.wires.map { Wire($0, of: circuit.wires).bit }
      self = .amplitudes(
        encoding,
        places: (0..<1 << bits.count).map { k in
          bits.enumerated().reduce(0) { $0 | (k >> (bits.count - 1 - $1.offset) & 1 == 1 ? $1.element : 0) }
        })
    }
  }
}
