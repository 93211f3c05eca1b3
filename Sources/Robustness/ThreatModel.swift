// What an attacker may do: how far a sample may be moved, measured how, and what counts as a success.

import Glibc
import Tensors

/// The set of samples that an attack may return for a clean one, and what it wants of them.
///
/// Distances are in units of the data.  A perturbation of size 0 is the identity.
public struct ThreatModel: Equatable, Sendable {
  /// Raw values are those of `hqnn_norm`.
  public enum Norm: UInt32, CaseIterable, Sendable {
    case linf = 0  // the largest change of a value
    case l2        // the root of the sum of squared changes
    case l1        // the sum of absolute changes
    case l0        // how many values change

    public var name: String { "\(self)" }
  }

  /// What an attacker is told about the model.  Raw values are those of `hqnn_knowledge`.
  public enum Knowledge: UInt32, CaseIterable, Sendable {
    case gradients = 0  // everything: white box
    case scores         // outputs: black box
    case decisions      // the predicted class alone: black box
    case nothing        // a control that asks nothing, such as random noise
  }

  public var norm = Norm.linf
  /// The largest distance, 0 or more; infinite for an attack that looks for the nearest example.
  public var eps = 0.1
  /// The range of the data, which every sample stays in.
  public var low = 0.0, high = 1.0
  /// Whether the labels are classes to be reached instead of classes to be left.
  public var isTargeted = false

  public init() {}

  public func check() throws {
    guard eps >= 0, !eps.isNaN else { throw EngineError.value("eps is \(eps); it must be 0 or more") }
    guard low < high, low.isFinite, high.isFinite else {
      throw EngineError.value("the data range [\(low), \(high)] is empty; low must be below high")
    }
  }
}

/// The distance between two samples of `count` values.
package func distance<S: Element>(
  _ a: UnsafePointer<S>, _ b: UnsafePointer<S>, _ count: Int, _ norm: ThreatModel.Norm
) -> Double {
  switch norm {
  case .linf:
    var largest: S = 0
    for i in 0..<count { largest = max(largest, abs(a[i] - b[i])) }
    return Double(largest)
  case .l2:
    var sum = 0.0
    for i in 0..<count {
      let d = Double(a[i] - b[i])
      sum += d * d
    }
    return sum.squareRoot()
  case .l1:
    var sum = 0.0
    for i in 0..<count { sum += Double(abs(a[i] - b[i])) }
    return sum
  case .l0:
    var changed = 0
    for i in 0..<count where a[i] != b[i] { changed += 1 }
    return Double(changed)
  }
}

/// The distance of each row of x from the same row of y; equal shapes and types.
package func distances(_ x: Tensor, _ y: Tensor, _ norm: ThreatModel.Norm) -> [Double] {
  guard let rows = x.shape.first, rows > 0 else { return [] }
  let width = x.count / rows
  switch x.type {
  case .float32:
    let (a, b) = (x.pointer(Float.self), y.pointer(Float.self))
    return (0..<rows).map { distance(a + $0 * width, b + $0 * width, width, norm) }
  case .float64:
    let (a, b) = (x.pointer(Double.self), y.pointer(Double.self))
    return (0..<rows).map { distance(a + $0 * width, b + $0 * width, width, norm) }
  }
}
