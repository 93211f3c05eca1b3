// Losses: values written out, stability, options, mistakes.

import Foundation
import Learning
import Tensors
import Testing

@Suite struct LossTests {
  private func constant(_ values: [Double], _ shape: [Int]) -> Variable { Variable(Tensor(values, shape)) }

  private func value(_ loss: Loss, _ output: Variable, labels: [Int]? = nil, _ targets: Variable? = nil) throws -> [Double] {
    try loss(output, labels: labels, targets: targets).value.doubles
  }

  @Test func valuesAreThoseOfTheFormulas() throws {
    let x = constant([1, -2, 0.5, 3], [2, 2])
    let t = constant([0, 1, 0.5, 1], [2, 2])
    #expect(try value(Loss(.mse), x, t) == [(1 + 9 + 0 + 4) / 4.0])
    #expect(try value(Loss(.l1), x, t) == [(1 + 3 + 0 + 2) / 4.0])
    #expect(try value(Loss(.huber), x, t) == [(0.5 + 2.5 + 0 + 1.5) / 4.0])
    #expect(try value(Loss(.nll), x, labels: [0, 1]) == [-2])
    #expect(try value(Loss(.hinge), x, labels: [0, 0]) == [(0 + 3.5 / 2) / 2])
    var none = Loss(.mse)
    none.reduction = .none
    #expect(try value(none, x, t) == [1, 9, 0, 4])
    let same = try value(Loss(.cosine), x, x)[0]
    #expect(abs(same) < 1e-12)
    #expect(try value(Loss(.cosine), constant([1, 0], [1, 2]), constant([0, 2], [1, 2])) == [1])
    let zero = Variable(Tensor([0.0, 0], [1, 2]), requiresGradient: true)
    let loss = try Loss(.cosine)(zero, targets: constant([1, 1], [1, 2]))
    try loss.backward()
    #expect(loss.value[0] == 1 && zero.gradient?.doubles == [0, 0])
    let kl = try value(Loss(.kl), constant([log(0.5), log(0.5)], [1, 2]), constant([1, 0], [1, 2]))
    #expect(abs(kl[0] - log(2.0)) < 1e-15)
  }

  @Test func nothingOverflows() throws {
    let x = Variable(Tensor([1000.0, -1000], [2, 1]), requiresGradient: true)
    let loss = try Loss(.bceWithLogits)(x, labels: [0, 1])
    try loss.backward()
    #expect(loss.value[0] == 1000)
    #expect(x.gradient?.doubles == [0.5, -0.5])
    #expect(try value(Loss(.bce), constant([0, 1], [2]), constant([1, 1], [2])) == [50])
    let logits = Variable(Tensor([1e4, 0, -1e4], [1, 3]), requiresGradient: true)
    var smooth = Loss(.crossEntropy)
    smooth.labelSmoothing = 0.3
    let entropy = try smooth(logits, labels: [0])
    try entropy.backward()
    #expect(abs(entropy.value[0] - 0.1 * 3e4) < 1e-8)
    #expect(logits.gradient?.doubles.allSatisfy(\.isFinite) == true)
  }

  @Test func aSmoothedLossWithoutSmoothingIsThePlainOne() throws {
    let x = constant([1, -2, 0.5, 3, 0, 1], [2, 3])
    var ones = Loss(.crossEntropy)
    ones.classWeights = [1, 1, 1]
    #expect(abs(try value(ones, x, labels: [2, 0])[0] - value(Loss(.crossEntropy), x, labels: [2, 0])[0]) < 1e-14)
  }

  @Test func specificationsMakeThemAgain() throws {
    var loss = Loss(.crossEntropy)
    (loss.labelSmoothing, loss.classWeights, loss.reduction) = (0.1, [1, 2], .sum)
    var embedding = Loss(.cosineEmbedding)
    embedding.margin = 0.25
    for loss in [loss, embedding] + Loss.Kind.allCases.map(Loss.init) {
      #expect(try Loss(specification: JSON(text: loss.specification.text)) == loss)
    }
    #expect(message(.file) { _ = try Loss(specification: ["kind": "mean"]) } == "there is no loss of kind \"mean\" in this version")
    #expect(message(.value) { _ = try Loss(specification: ["kind": "huber", "delta": -1]) } == "delta is -1.0; it must be above 0")
  }

  @Test func mistakesAreNamed() {
    let x = constant([0.1, 0.2, 0.3, 0.4], [2, 2])
    #expect(message(.value) { _ = try value(Loss(.nll), x, labels: [0, 2]) } == "label 1 is 2; it must be in 0..<2")
    #expect(message(.value) { _ = try value(Loss(.mse), x, labels: [0, -1]) } == "label 1 is -1; it must be in 0..<2")
    #expect(message(.shape) { _ = try value(Loss(.l1), x, constant([1], [1])) } == "output and target must have equal shapes, got {2, 2} and {1}")
    #expect(message(.value) { _ = try value(Loss(.bce), x, constant([0, 1, 2, 1], [2, 2])) } == "the target contains 2.0 (element 2); probabilities are in [0, 1]")
    #expect(message(.value) { _ = try value(Loss(.cosineEmbedding), x, labels: [1, 0], x) } == "label 1 is 0; it must be 1 or -1")
    var loss = Loss(.hinge)
    loss.labelSmoothing = 0.1
    #expect(message(.value) { _ = try value(loss, x, labels: [0, 0]) } == "label_smoothing is no option of the loss hinge")
    var weights = Loss(.nll)
    weights.classWeights = [0, 1]
    #expect(message(.value) { _ = try value(weights, x, labels: [0, 0]) } == "all labels have weight 0, so that their mean is not defined")
  }
}
