// Boxes through functions of one value.  Linear functions around them are in FunctionRelaxation.swift.

import Learning
import Tensors

extension FunctionLayer: BoundedLayer {
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box {
    switch function {
    case .relu, .sigmoid, .tanh, .exp, .expm1, .softplus, .negate: return try boundEnds(box)
    case .sign, .floor, .ceil, .round: return try boundEnds(box.widened)
    case .leakyRelu, .elu:
      // With a parameter below 0 they fall before they rise, with the corner at 0.
      let ends = try boundEnds(box)
      return parameter >= 0 ? ends : try including(0, box, ends)
    case .log, .sqrt, .log1p:
      let least: Double = function == .log1p ? -1 : 0
      if let i = (0..<box.low.count).first(where: { box.low[$0] <= least && !(function == .sqrt && box.low[$0] == 0) }) {
        throw EngineError.value("\(title) has inputs down to \(box.low[i]) in the box, where it is not defined")
      }
      return try boundEnds(box)
    case .abs, .square:
      return try including(0, box, boundEnds(box))
    case .gelu, .silu:
      return try including(lowestPoint, box, boundEnds(box))
    case .reciprocal:
      if let i = (0..<box.low.count).first(where: { box.low[$0] <= 0 && box.high[$0] >= 0 }) {
        throw EngineError.value("reciprocal has inputs \(box.low[i])...\(box.high[i]) in the box, with 0 among them")
      }
      return try boundEnds(box)
    case .sin, .cos:
      return try boundWave(box)
    case .power:
      throw EngineError.value("there is no interval bound for \"power\"; square and sqrt have one")
    }
  }

  /// Widens the ends' box to the function's value at a point where the input's box holds it.
  private func including(_ point: Double, _ box: Box, _ ends: Box) throws -> Box {
    let place = Tensor(uninitialized: .float64, box.shape)
    place.fill(point)
    let value = try infer(place)
    let (low, high) = (ends.low.copy(), ends.high.copy())
    for i in 0..<low.count where box.low[i] <= point && point <= box.high[i] {
      // The lowest point of a smooth function is known up to rounding.
      low[i] = min(low[i], value[i] - 1e-12)
      high[i] = max(high[i], value[i])
    }
    return Box(low, high)
  }

  /// Where gelu and silu are lowest: to the left of 0, falling before and rising after.
  private var lowestPoint: Double {
    var (a, b) = (-3.0, 0.0)
    func value(_ x: Double) -> Double { Variable(Tensor([x], [1])).map(function).value[0] }
    for _ in 0..<100 {
      let (p, q) = (a + (b - a) / 3, b - (b - a) / 3)
      if value(p) < value(q) { b = q } else { a = p }
    }
    return (a + b) / 2
  }

  /// sin or cos: the ends, and ±1 where a crest lies between them.
  private func boundWave(_ box: Box) throws -> Box {
    let ends = try boundEnds(box)
    let (low, high) = (ends.low.copy(), ends.high.copy())
    let crest: Double = function == .sin ? 0.5 * .pi : 0
    func holds(_ offset: Double, _ i: Int) -> Bool {
      // Some offset + 2πk in the interval, with room for rounding.
      let k = ((box.low[i] - 1e-9 - offset) / (2 * .pi)).rounded(.up)
      return offset + 2 * .pi * k <= box.high[i] + 1e-9
    }
    for i in 0..<low.count {
      if holds(crest, i) { high[i] = 1 }
      if holds(crest + .pi, i) { low[i] = -1 }
    }
    return Box(low, high)
  }
}
