// What a noise channel is.  The channels themselves are in Channels/.

import Tensors

/// A kind of noise on one or more wires: ρ → Σ K ρ K†.
public protocol Channel: Sendable {
  /// The name in scripts, in C and in messages.
  var name: String { get }
  var wireCount: Int { get }
  /// What drawings show, with its numbers.
  var symbol: String { get }
  /// The Kraus operators, the first wire the most significant bit.
  var kraus: [ComplexMatrix] { get }
}
