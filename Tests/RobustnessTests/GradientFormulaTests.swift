// NI-FGSM, input diversity and the projections of APGD and FAB against written-out formulas.

import Foundation
import Learning
import Robustness
import Tensors
import Testing

@Suite struct GradientFormulaTests {
  /// The gradient of the cross entropy of one sample.
  private func slope(_ model: Layer, _ x: [Double], _ label: Int) throws -> [Double] {
    let input = Variable(Tensor(x, [1] + (model.inputShape ?? [])), requiresGradient: true)
    let output = try model.forward(input)
    let z = output.value.doubles
    let largest = z.max() ?? 0
    let e = z.map { exp($0 - largest) }
    let sum = e.reduce(0, +)
    try output.backward(from: Tensor(e.indices.map { e[$0] / sum - ($0 == label ? 1 : 0) }, [1, z.count]))
    return input.gradient?.doubles ?? []
  }

  @Test func nesterovStepsFollowTheirFormula() throws {
    let model = try tanhNetwork()
    let samples = try ownSamples(model, 6)
    let (eps, steps, decay) = (0.15, 7, 0.8)
    let made = try AttackPlan(kind: "nim", options: ["eps": .number(eps), "steps": .integer(steps), "decay": .number(decay)])
      .craft(against: model, samples)
    let alpha = eps / Double(steps)
    for row in 0..<6 {
      let clean = samples.values.rows(row..<row + 1).doubles
      var x = clean
      var memory = clean.map { _ in 0.0 }
      for _ in 0..<steps {
        let ahead = x.indices.map { x[$0] + alpha * decay * memory[$0] }
        let g = try slope(model, ahead, samples.labels[row])
        let mean = g.map { abs($0) }.reduce(0, +) / Double(g.count)
        for i in x.indices {
          memory[i] = decay * memory[i] + g[i] / mean
          let step = memory[i] > 0 ? alpha : memory[i] < 0 ? -alpha : 0
          let inside = min(eps, max(-eps, x[i] + step - clean[i]))
          x[i] = min(1, max(0, clean[i] + inside))
        }
      }
      for i in x.indices { #expect(abs(made[row * 16 + i] - x[i]) < 1e-12) }
    }
  }

  /// Without diversity, DI² with a memory is the momentum method.
  @Test func imagesThatStayAsTheyAreGiveTheMomentumMethod() throws {
    let model = try tanhNetwork()
    let samples = try ownSamples(model, 10)
    let plain = try AttackPlan(kind: "mim", options: ["eps": 0.2]).craft(against: model, samples)
    #expect(try AttackPlan(kind: "dim", options: ["eps": 0.2, "diversity": 0]).craft(against: model, samples).doubles == plain.doubles)
    #expect(try AttackPlan(kind: "dim", options: ["eps": 0.2, "resize": 1]).craft(against: model, samples).doubles == plain.doubles)
  }

  @Test func gradientsGoBackThroughTheResizing() throws {
    var stream = RandomStream(seed: 8, purpose: .tensor)
    let frames = [
      ImageFrame(height: 5, width: 7, top: 0, left: 0), ImageFrame(height: 3, width: 4, top: 2, left: 1),
      ImageFrame(height: 4, width: 6, top: 0, left: 1),
    ]
    let shape = [3, 2, 5, 7]
    let x = Tensor.uniform(.float64, shape, low: -1, high: 1, from: &stream)
    let y = Tensor.uniform(.float64, shape, low: -1, high: 1, from: &stream)
    let (there, back) = (frames.shrink(x, ground: 0), frames.spread(y))
    // <A x, y> = <x, Aᵀ y>
    let left = (0..<x.count).reduce(0.0) { $0 + there[$1] * y[$1] }
    let right = (0..<x.count).reduce(0.0) { $0 + x[$1] * back[$1] }
    #expect(abs(left - right) < 1e-12)
    for i in 0..<70 { #expect(there[i] == x[i]) }
    // A constant image stays constant inside its frame, and the ground is around it.
    let flat = Tensor(.float64, shape)
    flat.fill(0.7)
    let framed = frames.shrink(flat, ground: 0.1)
    for i in 70..<140 {
      let (line, column) = (i % 35 / 7, i % 7)
      let isInside = line >= 2 && column >= 1 && column < 5
      #expect(abs(framed[i] - (isInside ? 0.7 : 0.1)) < 1e-15)
    }
  }

  /// No point of the ball and the box is nearer, looked for by the shift of each value that the answer must have.
  @Test(arguments: 0..<20)
  func theProjectionOntoBallAndBoxIsTheNearestPoint(seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed), purpose: .tensor)
    let (n, eps) = (9, 0.8)
    let clean = Tensor.uniform(.float64, [1, n], low: 0, high: 1, from: &stream)
    let far = Tensor.uniform(.float64, [1, n], low: -1.5, high: 2.5, from: &stream)
    let x = far.copy()
    projectIntoBox(x, clean: clean, eps: [eps], low: 0, high: 1)
    let total = (0..<n).reduce(0.0) { $0 + abs(x[$1] - clean[$1]) }
    #expect(total <= eps + 1e-12)
    func distance(_ z: [Double]) -> Double { (0..<n).reduce(0.0) { $0 + (z[$1] - far[$1]) * (z[$1] - far[$1]) } }
    let reached = distance(x.doubles)
    // Random feasible points, many of them near the answer.
    for trial in 0..<2000 {
      var z = (0..<n).map { x[$0] + (trial % 2 == 0 ? 0.05 : 1) * stream.normal() }
      for i in 0..<n { z[i] = min(1, max(0, z[i])) }
      let sum = (0..<n).reduce(0.0) { $0 + abs(z[$1] - clean[$1]) }
      if sum > eps { for i in 0..<n { z[i] = clean[i] + (z[i] - clean[i]) * eps / sum } }
      #expect(distance(z) >= reached - 1e-9)
    }
  }

  /// From a clean sample FAB's step is eta times the shortest way onto the plane inside the box.
  @Test(arguments: [ThreatModel.Norm.linf, .l2, .l1], 0..<10)
  func waysOntoAPlaneAreTheShortestInsideTheBox(norm: ThreatModel.Norm, seed: Int) throws {
    var stream = RandomStream(seed: UInt64(100 + seed), purpose: .tensor)
    let n = 8
    let x = Tensor.uniform(.float64, [1, n], low: 0, high: 1, from: &stream)
    let w = Tensor.normal(.float64, [1, n], mean: 0, deviation: 1, from: &stream)
    // Half of what the box allows in this direction.
    let gap = 0.5 * (0..<n).reduce(0.0) { $0 + abs(w[$1]) * (w[$1] > 0 ? 1 - x[$1] : x[$1]) }
    var threat = ThreatModel()
    threat.norm = norm
    let there = planeStep(x, clean: x, normals: w, values: [-gap], threat, eta: 1, alpha: 0.1)
    let change = (0..<n).map { there[$0] - x[$0] }
    #expect(abs((0..<n).reduce(0.0) { $0 + w[$1] * change[$1] } - gap) < 1e-9)
    #expect(there.doubles.allSatisfy { $0 >= 0 && $0 <= 1 })
    func size(_ d: [Double]) -> Double {
      switch norm {
      case .linf: return d.map { abs($0) }.max() ?? 0
      case .l2: return d.map { $0 * $0 }.reduce(0, +).squareRoot()
      case .l1, .l0: return d.map { abs($0) }.reduce(0, +)
      }
    }
    let shortest = size(change)
    // Moving the change of one value to another one, so that the sum stays, never makes it shorter.
    for p in 0..<n {
      for q in 0..<n where q != p {
        for step in [1e-4, -1e-4] {
          var d = change
          d[p] += step / w[p]
          d[q] -= step / w[q]
          let isInside = (0..<n).allSatisfy { x[$0] + d[$0] >= 0 && x[$0] + d[$0] <= 1 }
          if isInside { #expect(size(d) >= shortest - 1e-7, "values \(p) and \(q)") }
        }
      }
    }
  }
}
