// How tensors are compared: the worst element, with its index and both values.

import Tensors
import Testing

/// Differences relative to the largest expected value stay within the tolerance.
func expectClose(
  _ actual: Tensor, _ expected: Tensor, tolerance: Double, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(actual.shape == expected.shape, "\(what)", sourceLocation: sourceLocation)
  guard actual.shape == expected.shape else { return }
  let scale = max(1, expected.doubles.map(abs).max() ?? 1)
  var worst = (index: 0, difference: -1.0)
  for i in 0..<actual.count {
    let difference = abs(actual[i] - expected[i]) / scale
    if !(difference <= worst.difference) { worst = (i, difference) }
  }
  guard worst.difference >= 0 else { return }
  #expect(
    worst.difference <= tolerance,
    "\(what): element \(worst.index) is \(actual[worst.index]), expected \(expected[worst.index])",
    sourceLocation: sourceLocation)
}

/// Uniform in [-1, 1).
func randomTensor(_ type: ElementType, _ shape: [Int], seed: UInt64) -> Tensor {
  var stream = RandomStream(seed: seed, purpose: .tensor)
  return .uniform(type, shape, low: -1, high: 1, from: &stream)
}
