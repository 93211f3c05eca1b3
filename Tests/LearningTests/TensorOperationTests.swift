// Values of operations against NumPy's rules, written out; gradients of anything; writes in between.

import Foundation
import Learning
import Tensors
import Testing

private func constant(_ values: [Double], _ shape: [Int]? = nil) -> Variable {
  Variable(Tensor(values, shape ?? [values.count]))
}

private func leaf(_ values: [Double], _ shape: [Int]? = nil) -> Variable {
  Variable(Tensor(values, shape ?? [values.count]), requiresGradient: true)
}

@Suite struct TensorOperationTests {
  private let grid = constant([1, 2, 3, 4, 5, 6], [2, 3])

  @Test func elementsMove() throws {
    #expect(try grid.transposed().value.doubles == [1, 4, 2, 5, 3, 6])
    #expect(try grid.flipped([1]).value.doubles == [3, 2, 1, 6, 5, 4])
    #expect(try grid.sliced(axis: 1, start: 2, count: 2, step: -2).value.doubles == [3, 1, 6, 4])
    #expect(try grid.sliced(axis: 1, start: 0, count: 0).shape == [2, 0])
    #expect(try grid.selected(axis: 0, 1).value.doubles == [4, 5, 6])
    #expect(try grid.indexed(axis: 1, [2, 2]).value.doubles == [3, 3, 6, 6])
    #expect(try constant([1, 2]).expanded(to: [2, -1]).value.doubles == [1, 2, 1, 2])
    #expect(try constant([1, 2]).repeated([2, 2]).value.doubles == [1, 2, 1, 2, 1, 2, 1, 2])
    #expect(try constant([1]).padded(before: [1], after: [2], value: 9).value.doubles == [9, 1, 9, 9])
    #expect(try Variable.concat([grid, grid], axis: 1).value.doubles == [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6])
    #expect(try Variable.stack([constant([1, 2]), constant([3, 4])], axis: 1).value.doubles == [1, 3, 2, 4])
    #expect(try grid.split(axis: 1, sizes: [1, 2])[1].value.doubles == [2, 3, 5, 6])
    #expect(try grid.permuted([1, 0]).shape == [3, 2])
  }

  @Test func reductionsFollowNumPy() throws {
    #expect(try grid.reduced(.sum, axes: [0]).value.doubles == [5, 7, 9])
    #expect(try grid.reduced(.mean, axes: [-1], keep: true).shape == [2, 1])
    #expect(try grid.reduced(.max, axes: [1]).value.doubles == [3, 6])
    #expect(try grid.reduced(.min).value.doubles == [1])
    #expect(try grid.reduced(.product, axes: [0, 1]).value.doubles == [720])
    #expect(try constant([3, -4]).reduced(.norm2).value.doubles == [5])
    #expect(try constant([3, -4]).reduced(.norm1).value.doubles == [7])
    #expect(try constant([3, -4]).reduced(.normInfinity).value.doubles == [4])
    #expect(try constant([1, 3]).reduced(.variance).value.doubles == [1])
    #expect(try constant([1, 3]).reduced(.sampleVariance).value.doubles == [2])
    #expect(try constant([1000, 1000]).reduced(.logSumExp).value[0] == 1000 + log(2.0))
    #expect(try constant([1, .nan, 2]).reduced(.max).value[0].isNaN)
    #expect(try constant([-.infinity, -.infinity]).reduced(.logSumExp).value[0] == -.infinity)
    #expect(try grid.places(largest: true, axis: 0).indices == [1, 1, 1])
    #expect(try grid.places(largest: false, axis: 1).indices == [0, 0])
    #expect(try grid.cumulativeSum(axis: 1).value.doubles == [1, 3, 6, 4, 9, 15])
  }

  @Test func nothingHasASumButNoMean() throws {
    let empty = constant([], [0, 3])
    #expect(try empty.reduced(.sum, axes: [0]).value.doubles == [0, 0, 0])
    #expect(try empty.reduced(.product, axes: [0]).value.doubles == [1, 1, 1])
    #expect(try empty.reduced(.norm2).value.doubles == [0])
    #expect(try empty.reduced(.normInfinity).value.doubles == [0])
    #expect(try empty.reduced(.logSumExp, axes: [0]).value[0] == -.infinity)
    #expect(try empty.reduced(.max, axes: [1]).shape == [0])
    #expect(message(.shape) { _ = try empty.reduced(.mean, axes: [0]) } == "the mean of nothing is not defined: axes [0] of {0, 3}")
    #expect(message(.shape) { _ = try empty.reduced(.max, axes: [0]) }.hasPrefix("the maximum of nothing"))
    #expect(message(.shape) { _ = try constant([1]).reduced(.sampleVariance) }.contains("of one element"))
  }

  @Test func equalOnesShareTheGradientByRule() throws {
    let x = leaf([2, 5, 5])
    try x.reduced(.max).backward()
    #expect(x.gradient?.doubles == [0, 1, 0])
    let (a, b) = (leaf([1, 2]), leaf([1, 3]))
    try a.maximum(b).sum().backward()
    #expect(a.gradient?.doubles == [0.5, 0])
    #expect(b.gradient?.doubles == [0.5, 1])
    let zeros = leaf([0, 0])
    try zeros.reduced(.norm2).backward()
    #expect(zeros.gradient?.doubles == [0, 0])
    let product = leaf([0, 3, 2])
    try product.reduced(.product).backward()
    #expect(product.gradient?.doubles == [6, 0, 0])
  }

  @Test func comparisonsAreZerosAndOnes() throws {
    let (a, b) = (leaf([1, 2, .nan]), constant([2, 2, 2]))
    let expected: [Comparison: [Double]] = [
      .equal: [0, 1, 0], .notEqual: [1, 0, 1], .less: [1, 0, 0], .lessOrEqual: [1, 1, 0], .greater: [0, 0, 0],
      .greaterOrEqual: [0, 1, 0],
    ]
    for comparison in Comparison.allCases {
      let result = try a.compared(comparison, to: b)
      #expect(result.value.doubles == expected[comparison], "\(comparison)")
      #expect(!result.requiresGradient)
    }
  }

  @Test func whereKeepsOutWhatWasNotChosen() throws {
    let x = leaf([0, 4])
    try x.compared(.greater, to: constant([0], [])).select(x.map(.log), constant([0], [])).sum().backward()
    #expect(x.gradient?.doubles == [0, 0.25] || x.gradient?[1] == 0.25)
  }

  @Test func gradientsOfAnythingLeaveEverythingAlone() throws {
    let (x, w) = (leaf([1, 2]), leaf([3, 4]))
    let hidden = try x * w
    let y = hidden.map(.square).sum()
    let gradients = try y.gradients(for: [hidden, x])
    #expect(gradients[0].doubles == [6, 16])
    #expect(gradients[1].doubles == [18, 64])
    #expect(x.gradient == nil && w.gradient == nil)
    #expect(try y.gradients(for: [y])[0].doubles == [1])
    #expect(try hidden.gradients(for: [w], seed: Tensor([1.0, 10], [2]))[0].doubles == [1, 20])
    try y.backward()
    #expect(w.gradient?.doubles == [6, 32])
    #expect(
      message(.state) { _ = try y.gradients(for: [x]) }
        == "backward has been through this result before and freed its record; compute it again first")
    let other = leaf([1])
    #expect(message(.state) { _ = try x.sum().gradients(for: [x, other]) } == "tensor 1 took no part in making the result")
    #expect(message(.state) { _ = try x.sum().gradients(for: [constant([1])]) }.hasPrefix("tensor 0 does not require"))
  }

  @Test func writesInBetweenAreNoticed() throws {
    let x = leaf([1, 2])
    let square = x.map(.square).sum()
    x.value[0] = 5
    x.value.noteWrite()
    let sentence = message(.state) { try square.backward() }
    #expect(sentence.hasPrefix("a tensor that backward needs was written to after an operation had used it (operands {2})"))
    #expect(x.gradient == nil)
    // Through a view of the same memory as well.
    let matrix = try x.reshaped([2, 1]).map(.square).sum()
    x.value.noteWrite()
    #expect(message(.state) { try matrix.backward() } == sentence.replacingOccurrences(of: "{2}", with: "{2, 1}"))
    // A sum needs no values.
    let sum = x.sum()
    x.value.noteWrite()
    try sum.backward()
    #expect(x.gradient?.doubles == [1, 1])
  }

  @Test func mistakesAreNamed() {
    #expect(message(.value) { _ = try grid.reduced(.sum, axes: [2]) } == "axis is 2; shape {2, 3} has axes 0..1, or -1..-2 from the end")
    #expect(message(.value) { _ = try grid.reduced(.sum, axes: [0, -2]) } == "axis -2 is given twice")
    #expect(message(.value) { _ = try grid.sliced(axis: 1, start: 1, count: 3) }.hasPrefix("a slice of 3 from 1 in steps of 1 does not fit"))
    #expect(message(.value) { _ = try grid.sliced(axis: 1, start: 1, count: 3, step: .max) }.hasPrefix("a slice"))
    #expect(message(.value) { _ = try grid.sliced(axis: 1, start: 1, count: 1, step: 0) }.hasPrefix("the step"))
    #expect(message(.value) { _ = try grid.permuted([0]) }.hasPrefix("permute takes all 2 axes"))
    #expect(message(.shape) { _ = try grid.expanded(to: [4, 3]) }.hasPrefix("cannot expand {2, 3} to {4, 3}"))
    #expect(message(.shape) { _ = try Variable.concat([grid, constant([1])], axis: 0) }.hasPrefix("tensor 1 is {1}"))
    #expect(message(.memory) { _ = try grid.repeated([1 << 40, 1 << 40]) }.contains("memory"))
    #expect(message(.memory) { _ = try grid.expanded(to: [1 << 40, 2, 3]) }.contains("memory"))
  }

  @Test func floatsOwnFunctionsAreAccurate() throws {
    let range = Tensor.between(.float32, -20, 20, count: 40_001)
    let cases: [(Function, (Double) -> Double, ulps: Double)] = [
      (.exp, exp, 2), (.sigmoid, { 1 / (1 + exp(-$0)) }, 2.5), (.tanh, tanh, 3), (.expm1, expm1, 4),
      (.softplus, { max($0, 0) + log1p(exp(-abs($0))) }, 3), (.silu, { $0 / (1 + exp(-$0)) }, 4),
    ]
    for (function, exact, ulps) in cases {
      let y = Variable(range).map(function).value
      var worst = 0.0
      for i in 0..<range.count {
        let wanted = exact(range[i])
        worst = max(worst, abs(y[i] - wanted) / Double(max(Float(abs(wanted)).ulp, Float.leastNormalMagnitude.ulp)))
      }
      #expect(worst <= ulps, "\(function.name) is off by \(worst) units in the last place")
    }
    let positive = Tensor.between(.float32, 1e-6, 50, count: 40_001)
    for (function, exact) in [(Function.log, log), (.log1p, log1p)] as [(Function, (Double) -> Double)] {
      let y = Variable(positive).map(function).value
      for i in 0..<positive.count {
        #expect(abs(y[i] - exact(positive[i])) <= 2 * Double(Float(abs(exact(positive[i]))).ulp) + 1e-8, "\(function) of \(positive[i])")
      }
    }
    let gelu = Variable(range).map(.gelu).value
    for i in 0..<range.count {
      let wanted = 0.5 * range[i] * erfc(-range[i] / 2.0.squareRoot())
      #expect(abs(gelu[i] - wanted) <= 4e-7 * max(1, abs(wanted)), "gelu of \(range[i])")
    }
    let odd = Tensor([Float.nan, .infinity, -.infinity, 0, 100, -100], [6])
    func values(_ function: Function) -> [Double] { Variable(odd).map(function).value.doubles }
    #expect(values(.exp)[0].isNaN && Array(values(.exp)[1...]).prefix(4) == [.infinity, 0, 1, .infinity])
    #expect(values(.log)[0].isNaN && values(.log)[1] == .infinity && values(.log)[2].isNaN && values(.log)[3] == -.infinity)
    #expect(values(.tanh)[0].isNaN && values(.tanh)[1] == 1 && values(.tanh)[2] == -1 && values(.tanh)[3] == 0)
    #expect(values(.sigmoid)[0].isNaN && values(.sigmoid)[1] == 1 && values(.sigmoid)[2] == 0)
  }
}
