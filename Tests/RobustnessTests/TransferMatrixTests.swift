// Samples made on each model, judged by all.

import Learning
import Robustness
import Tensors
import Testing

@Suite struct TransferMatrixTests {
  @Test func entriesAreThoseOfAttacksRunByHand() throws {
    let (first, samples) = try plainNetwork(.float64)
    let second = try SequentialLayer([FlattenLayer(), DenseLayer(units: 3)])
    try second.build(.float32, shape: [1, 2, 5, 4], seed: 9)
    let models: [Layer] = [first, second]
    let attack = try plan("fgsm", "\"eps\": 0.1")
    var calls: [Int] = []
    let matrix = try TransferMatrix(of: models, attack, samples) { done, total in
      calls.append(done)
      return total == 40
    }
    #expect(calls == [20, 40])
    #expect(matrix.clean[0] == 1)
    for (i, source) in models.enumerated() {
      let type: ElementType = i == 0 ? .float64 : .float32
      let inputs = try Samples(samples.values.cast(to: type), samples.labels)
      let made = try attack.run(on: source, inputs).samples
      for (j, target) in models.enumerated() {
        let predicted = try target.infer(made.cast(to: j == 0 ? .float64 : .float32)).argmax()
        let right = zip(predicted, samples.labels).count { $0 == $1 }
        #expect(matrix.accuracy[i][j] == Double(right) / 20)
      }
    }
    #expect(abs(matrix.success[0][0] - (1 - matrix.accuracy[0][0])) < 1e-12)
  }

  @Test func mistakesAreNamed() throws {
    let (_, samples) = try plainNetwork()
    let attack = try plan("fgsm", "")
    #expect(throws: EngineError.self) { _ = try TransferMatrix(of: [], attack, samples) }
    #expect(throws: EngineError.self) { _ = try TransferMatrix(of: [FlattenLayer()], attack, samples) }
  }
}
