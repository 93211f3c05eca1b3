// What automatic differentiation promises beyond right gradients.

import Learning
import Tensors
import Testing

@Suite struct VariableTests {
  private func leaf(_ values: [Double]) -> Variable {
    Variable(Tensor(values, [values.count]), requiresGradient: true)
  }

  @Test func gradientsAddUpUntilCleared() throws {
    let x = leaf([1, 2])
    #expect(x.gradient == nil)
    for round in 1...2 {
      try x.map(.square).sum().backward()
      #expect(x.gradient?.doubles == [2.0, 4].map { $0 * Double(round) })
    }
    x.zeroGradient()
    #expect(x.gradient?.doubles == [0, 0])
    #expect(!x.hasGradient)
    try x.sum().backward()
    #expect(x.gradient?.doubles == [1, 1])
  }

  @Test func gradientsDoNotShareMemory() throws {
    let (a, b) = (leaf([1, 2]), leaf([3, 4]))
    let flat = try a.reshaped([2, 1]).reshaped([2])
    try (flat + b).sum().backward()
    try a.sum().backward()
    #expect(a.gradient?.doubles == [2, 2])
    #expect(b.gradient?.doubles == [1, 1])
  }

  @Test func aSecondBackwardIsRefused() throws {
    let x = leaf([1, 2])
    let square = x.map(.square)
    let total = square.sum()
    try total.backward()
    let expected =
      "backward has been through this result before and freed its record; compute it again first"
    #expect(message(.state) { try total.backward() } == expected)
    // A new result on top of a used one is refused too, and changes nothing.
    #expect(message(.state) { try (square + x).sum().backward() } == expected)
    #expect(x.gradient?.doubles == [2, 4])
  }

  @Test func backwardNeedsOneElementThatRequiresAGradient() {
    let x = leaf([1, 2])
    #expect(
      message(.shape) { try x.map(.square).backward() }
        == "backward needs a tensor with one element, got {2}; take its sum or mean")
    #expect(
      message(.state) { try Variable(Tensor([1.0], [])).backward() }
        == "no tensor that requires a gradient took part in making this one")
  }

  @Test func onlyWhatNoOperationMadeCanBeSwitched() throws {
    let y = leaf([1]).map(.exp)
    #expect(message(.state) { try y.setRequiresGradient(false) }.hasPrefix("this tensor is the result"))
    let constant = Variable(Tensor([1.0], [1])).map(.exp)
    try constant.setRequiresGradient(true)
    #expect(constant.requiresGradient)
  }

  @Test func nothingIsRecordedWhenRecordingIsOff() throws {
    let x = leaf([1, 2])
    let inside = Recording.off { x.map(.exp) }
    #expect(!inside.requiresGradient && !inside.isResult)
    #expect(Recording.isOn)
    #expect(x.map(.exp).requiresGradient)
  }

  @Test func longChainsAreLetGo() throws {
    let x = leaf([0.5])
    var y = x
    for _ in 0..<200_000 { y = y.affine(scale: 1, offset: 0) }
    // Dropped without a backward: freeing it must not run out of stack.
    y = x
    for _ in 0..<50_000 { y = y.affine(scale: 1, offset: 0) }
    try y.sum().backward()
    #expect(x.gradient?.doubles == [1])
  }

  @Test func mistakesInShapesAreNamed() {
    let (a, b) = (Variable(Tensor(.float64, [3, 4])), Variable(Tensor(.float64, [3, 5])))
    let single = Variable(Tensor(.float32, [3, 4]))
    #expect(
      message(.shape) { _ = try a + b }
        == "shapes {3, 4} and {3, 5} do not fit: axis 1 has 4 and 5; equal dimensions or a 1 would do")
    #expect(message(.shape) { _ = try a * single } == "element types differ: float64 and float32; cast one of them")
    #expect(
      message(.shape) { _ = try a.multiplied(by: b) }
        == "a matrix product takes {m, k} and {k, n}, got {3, 4} and {3, 5}")
    #expect(
      message(.shape) { _ = try a.reshaped([5, -1]) }
        == "cannot reshape {3, 4} with 12 elements to {5, -1}")
    #expect(
      message(.value) { _ = try a.rows(first: 2, count: 2) }
        == "cannot take 2 rows from row 2 on; the tensor has rows 0..<3")
    #expect(
      message(.value) { _ = try a.crossEntropy([0, 4, 1]) } == "label 1 is 4; it must be in 0..<4")
    #expect(
      message(.shape) { _ = try a.crossEntropy([0]) } == "there are 1 labels for 3 rows of logits")
    #expect(message(.shape) { _ = try Variable(Tensor(.float64, [0])).mean() }.contains("empty"))
  }

  @Test func aResultThatCannotFitIsRefused() {
    let tall = Variable(Tensor(.float32, [10_000_000, 1]))
    let wide = Variable(Tensor(.float32, [1, 10_000_000]))
    #expect(message(.memory) { _ = try tall + wide }.contains("would not fit into memory"))
  }

  @Test func emptyTensorsGoThrough() throws {
    let empty = Variable(Tensor(.float32, [0, 3]), requiresGradient: true)
    let row = Variable(Tensor([Float(1), 2, 3], [3]), requiresGradient: true)
    try (empty * row).sum().backward()
    #expect(row.gradient?.doubles == [0, 0, 0])
    #expect(empty.gradient?.shape == [0, 3])
  }

  @Test func crossEntropyKeepsItsDigitsWhenTheModelIsSure() throws {
    let logits = Variable(Tensor([Float(40), 0, 1], [1, 3]), requiresGradient: true)
    let loss = try logits.crossEntropy([0])
    try loss.backward()
    let others = 1.0.exponential(-40) + 1.0.exponential(-39)
    #expect(abs(loss.value[0] / others - 1) < 1e-5)
    #expect(abs((logits.gradient?[0] ?? 0) / -others - 1) < 1e-5)
  }
}

extension Double {
  /// exp(x), without a library: squarings of a short series.
  fileprivate func exponential(_ x: Double) -> Double {
    let small = x / 1024
    var (term, sum) = (1.0, 1.0)
    for i in 1...12 {
      term *= small / Double(i)
      sum += term
    }
    return (0..<10).reduce(sum) { value, _ in value * value }
  }
}
