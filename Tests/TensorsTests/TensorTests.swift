// Tensors themselves.

import Tensors
import Testing

@Suite struct TensorTests {
  @Test func castRoundsAndReturns() {
    let x = randomTensor(.float64, [3, 5], seed: 1)
    let y = x.cast(to: .float32)
    #expect(y.type == .float32 && y.shape == [3, 5])
    expectClose(y.cast(to: .float64), x, tolerance: 1e-7, "through float32")
  }

  @Test func rowsAreCopies() {
    let x = Tensor([1.0, 2, 3, 4, 5, 6], [3, 2])
    let rows = x.rows(1..<3)
    rows[0] = 9
    #expect(rows.doubles == [9, 4, 5, 6])
    #expect(x.doubles == [1, 2, 3, 4, 5, 6])
  }

  @Test(arguments: [ElementType.float32, .float64])
  func nonFiniteElementsAreFound(type: ElementType) {
    let x = randomTensor(type, [100], seed: 1)
    #expect(x.firstNonFinite == nil)
    x[41] = .infinity
    #expect(x.firstNonFinite == 41)
    x[17] = .nan
    #expect(x.firstNonFinite == 17)
  }
}
