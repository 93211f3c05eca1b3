// What the tests of this target share: random circuits, comparisons, golden files.

import Foundation
@preconcurrency import Circuits
@preconcurrency import Quantum
import Tensors
import Testing

/// The largest difference relative to the scale of the expected values, with both values when it is
/// above the tolerance.
func expectClose(
  _ actual: [Double], _ expected: [Double], _ tolerance: Double, _ what: @autoclosure () -> String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(actual.count == expected.count, "\(what())", sourceLocation: sourceLocation)
  guard actual.count == expected.count else { return }
  let scale = max(1, expected.map(abs).max() ?? 1)
  guard let worst = actual.indices.max(by: { gap(actual, expected, $0) < gap(actual, expected, $1) }) else { return }
  let difference = gap(actual, expected, worst)
  if !(difference <= tolerance * scale) {
    Issue.record(
      "\(what()): element \(worst) is \(actual[worst]), expected \(expected[worst]), tolerance \(tolerance * scale)",
      sourceLocation: sourceLocation)
  }
}

private func gap(_ a: [Double], _ b: [Double], _ i: Int) -> Double {
  let difference = abs(a[i] - b[i])
  return difference.isNaN ? .infinity : difference
}

/// A circuit with its numbers.
struct Case {
  var circuit: Circuit
  var inputs: Tensor
  var weights: Tensor
}

enum RandomCircuits {
  /// How inputs enter: one rotation per wire at the start, or anywhere and repeatedly.
  enum Encoding { case first, anywhere }

  static func make(seed: UInt64, wires: Int, gates: Int, encoding: Encoding, batch: Int, type: ElementType) throws -> Case {
    var stream = RandomStream(seed: seed, purpose: .tensor, substream: 77)
    var circuit = try Circuit(wires: wires)
    let inputCount = encoding == .first ? wires : max(1, wires - 1)
    func angle(_ stream: inout RandomStream) -> Angle {
      let draw = stream.below(encoding == .first ? 6 : 9)
      let (scale, offset) = (2 * stream.uniform() - 1 + 0.2, stream.uniform() < 0.5 ? 0 : stream.uniform())
      if draw == 0 { return .constant(6 * stream.uniform()) }
      if draw < 6 { return Angle(.weight(stream.below(wires + 3)), scale: scale, offset: offset) }
      return Angle(.input(stream.below(inputCount)), scale: scale, offset: offset)
    }
    if encoding == .first {
      for wire in 0..<wires {
        if stream.below(3) == 0 { try circuit.append("H", [wire]) }
        if stream.below(4) == 0 { try circuit.append("RX", [wire], [.weight(0)]) }
        let name = ["RX", "RY", "RZ", "PhaseShift", "RY"][stream.below(5)]
        try circuit.append(name, [wire], [Angle(.input(wire), scale: .pi * (stream.below(2) == 0 ? 1 : 0.7), offset: stream.below(2) == 0 ? 0 : 0.3)])
      }
    }
    let kinds = Gates.all.filter { $0.wireCount <= wires }
    for _ in 0..<gates {
      let gate = kinds[stream.below(kinds.count)]
      let order = stream.permutation(wires)
      try circuit.append(gate, Array(order.prefix(gate.wireCount)), (0..<gate.angleCount).map { _ in angle(&stream) })
    }
    for wire in 0..<wires { try circuit.measure(["X", "Y", "Z", "Z"][stream.below(4)], [wire]) }
    if wires > 1 {
      let order = stream.permutation(wires)
      let length = 2 + stream.below(min(wires, 3) - 1)
      let letters = (0..<length).map { _ in ["X", "Y", "Z"][stream.below(3)] }.joined()
      try circuit.measure(letters, Array(order.prefix(length)))
    }
    return Case(
      circuit: circuit,
      inputs: .uniform(type, [batch, circuit.inputCount], low: -2, high: 2, from: &stream),
      weights: .uniform(type, [circuit.weightCount], low: -3, high: 3, from: &stream))
  }
}

/// A golden file's cases.
func goldenCases(_ name: String, file: String = #filePath) throws -> [[String: Any]] {
  let folder = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
  let data = try Data(contentsOf: folder.appendingPathComponent("Golden/\(name)"))
  let json = try JSONSerialization.jsonObject(with: data) as! [String: Any]
  return json["cases"] as! [[String: Any]]
}

func numbers(_ value: Any) -> [Double] {
  if let number = value as? NSNumber { return [number.doubleValue] }
  return (value as! [Any]).flatMap(numbers)
}
