// Which pairs of wires a layer of two-wire gates joins.

import Tensors

public enum WirePattern: String, CaseIterable, Sendable {
  /// No pairs.
  case none
  /// (0,1) (1,2) … (n-2,n-1)
  case linear
  /// linear and (n-1,0); the last only with more than two wires
  case ring
  /// every pair p < q
  case full
  /// (0,1) (0,2) … (0,n-1)
  case star
  /// (0,1) (2,3) …
  case pairs
  /// pairs, then (1,2) (3,4) …
  case brick
  /// the wires in a drawn order, two and two
  case random

  public static func named(_ name: String) throws -> WirePattern {
    if let pattern = WirePattern(rawValue: name) { return pattern }
    throw unknown("pattern", name, allCases.map(\.rawValue))
  }

  /// Pairs of elements of `wires`; the stream is used by `random` alone.
  public func pairs(of wires: [Int], _ stream: inout RandomStream) -> [(Int, Int)] {
    let n = wires.count
    func neighbours(from first: Int, step: Int) -> [(Int, Int)] {
      stride(from: first, to: n - 1, by: step).map { (wires[$0], wires[$0 + 1]) }
    }
    switch self {
    case .none: return []
    case .linear: return neighbours(from: 0, step: 1)
    case .ring: return neighbours(from: 0, step: 1) + (n > 2 ? [(wires[n - 1], wires[0])] : [])
    case .full: return (0..<n).flatMap { p in (p + 1..<max(n, p + 1)).map { (wires[p], wires[$0]) } }
    case .star: return wires.dropFirst().map { (wires[0], $0) }
    case .pairs: return neighbours(from: 0, step: 2)
    case .brick: return neighbours(from: 0, step: 2) + neighbours(from: 1, step: 2)
    case .random:
      let order = stream.permutation(n)
      return stride(from: 0, to: n - 1, by: 2).map { (wires[order[$0]], wires[order[$0 + 1]]) }
    }
  }
}
