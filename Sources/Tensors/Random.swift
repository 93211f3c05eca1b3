// Counter-based random numbers: Philox 4x32-10 (Salmon, Moraes, Dror, Shaw 2011).
// A draw depends on the seed, its purpose and its position alone, never on threads or on other draws.

import Glibc

/// A stream of random numbers for one purpose.
///
/// The key is the seed; the counter's upper half names the purpose and a sub-stream (an epoch, a
/// layer, a restart), its lower half counts.
public struct RandomStream: Sendable {
  public enum Purpose: UInt32, Sendable {
    case weights = 1, order, attack, dropout, circuit, subset, tensor, descriptor, shots, directions
    case analysis = 40, trajectories
    case spsa = 50, folds
    case augmentation = 60, split, synthetic
    case adversary = 70, smoothing
  }

  private let key: SIMD2<UInt32>
  private let purpose: UInt32
  private let substream: UInt32
  private var position: UInt64 = 0
  private var buffer = SIMD4<UInt32>()
  private var left = 0

  /// From `position` on: blocks of four words, counted from 0.
  public init(seed: UInt64, purpose: Purpose, substream: Int = 0, position: UInt64 = 0) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    self.purpose = purpose.rawValue
    self.substream = UInt32(truncatingIfNeeded: substream)
    self.position = position
  }

  /// The four words at a position of the stream.
  public func block(at position: UInt64) -> SIMD4<UInt32> {
    philox(
      counter: SIMD4(
        UInt32(truncatingIfNeeded: position), UInt32(truncatingIfNeeded: position >> 32), substream,
        purpose), key: key)
  }

  public mutating func next() -> UInt32 {
    if left == 0 {
      buffer = block(at: position)
      position += 1
      left = 4
    }
    left -= 1
    return buffer[3 - left]
  }

  /// Uniform in [0, 1), 53 bits.
  public mutating func uniform() -> Double {
    let high = UInt64(next()) << 21
    return Double(high ^ UInt64(next() >> 11)) * 0x1p-53
  }

  /// Standard normal (Box and Muller 1958).
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }

  /// Uniform in 0..<bound, without bias.
  public mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0)
    let bound = UInt64(bound)
    let limit = UInt64.max - UInt64.max % bound
    while true {
      let draw = UInt64(next()) << 32 | UInt64(next())
      if draw < limit { return Int(draw % bound) }
    }
  }

  /// A permutation of 0..<count (Fisher-Yates).
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for i in stride(from: count - 1, to: 0, by: -1) { order.swapAt(i, below(i + 1)) }
    return order
  }
}

/// The order in which an epoch (from 0) visits `count` samples: the one rule for training and for
/// loops that a caller writes out.
public func epochOrder(count: Int, seed: UInt64, epoch: Int) -> [Int] {
  var stream = RandomStream(seed: seed, purpose: .order, substream: epoch)
  return stream.permutation(count)
}

/// Ten rounds of Philox 4x32.
package func philox(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
  var c = counter
  var k = key
  for _ in 0..<10 {
    let a = UInt64(0xD251_1F53) * UInt64(c[0])
    let b = UInt64(0xCD9E_8D57) * UInt64(c[2])
    c = SIMD4(
      UInt32(truncatingIfNeeded: b >> 32) ^ c[1] ^ k[0], UInt32(truncatingIfNeeded: b),
      UInt32(truncatingIfNeeded: a >> 32) ^ c[3] ^ k[1], UInt32(truncatingIfNeeded: a))
    k = k &+ SIMD2(0x9E37_79B9, 0xBB67_AE85)
  }
  return c
}

extension Tensor {
  /// Uniform in [low, high), drawn in row-major order.
  public static func uniform(
    _ type: ElementType, _ shape: [Int], low: Double, high: Double, from stream: inout RandomStream
  ) -> Tensor {
    let result = Tensor(uninitialized: type, shape)
    for i in 0..<result.count { result[i] = low + (high - low) * stream.uniform() }
    return result
  }

  /// Normal, drawn in row-major order.
  public static func normal(
    _ type: ElementType, _ shape: [Int], mean: Double, deviation: Double,
    from stream: inout RandomStream
  ) -> Tensor {
    let result = Tensor(uninitialized: type, shape)
    for i in 0..<result.count { result[i] = mean + deviation * stream.normal() }
    return result
  }
}
