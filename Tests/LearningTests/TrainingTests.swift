// What surrounds the training loop: losses and targets, early stopping, batches made ahead, non-finite values, warnings.

import Circuits
import Glibc
@preconcurrency import Learning
import Quantum
import Tensors
import Testing

@Suite(.serialized) struct TrainingTests {
  private func options(epochs: Int, batch: Int, _ change: (inout FitOptions) -> Void = { _ in }) -> FitOptions {
    var options = FitOptions()
    (options.epochs, options.batch, options.seed) = (epochs, batch, 3)
    change(&options)
    return options
  }

  /// y = 2 x0 - x1 + 0.5
  private func plane(_ count: Int, seed: UInt64) throws -> (Samples, Tensor) {
    var stream = RandomStream(seed: seed, purpose: .tensor)
    let x = Tensor.uniform(.float32, [count, 2], low: -1, high: 1, from: &stream)
    let y = Tensor(.float32, [count, 1])
    for i in 0..<count { y[i] = 2 * x[2 * i] - x[2 * i + 1] + 0.5 }
    return (try Samples(x, Array(repeating: 0, count: count)), y)
  }

  @Test func targetsAreFitted() throws {
    let model = try DenseLayer(units: 1)
    let (train, y) = try plane(64, seed: 1)
    let (test, z) = try plane(32, seed: 2)
    let result = try model.fit(train, validation: test, optimizer: Adam(lr: 0.05), options(epochs: 80, batch: 8) {
      $0.objective = try! .loss(Loss(.mse))
      ($0.targets, $0.validationTargets) = (.tensor(y), z)
    })
    let last = try #require(result.epochs.last)
    #expect(last.loss < 1e-4 && last.accuracy.isNaN)
    let validation = try #require(last.validation)
    #expect(validation.accuracy.isNaN && abs(validation.loss - validation.meanSquaredError) < 1e-7)
    let score = try model.evaluate(test, objective: .loss(Loss(.mse)), targets: .tensor(z))
    #expect(abs(score.loss - validation.loss) < 1e-9)
    #expect(
      message(.value) {
        try model.fit(train, validation: test, optimizer: Adam(), options(epochs: 1, batch: 8) {
          $0.objective = try! .loss(Loss(.mse))
          $0.targets = .tensor(y)
        })
      } == "validation samples need targets of their own, validation_targets")
    #expect(
      message(.shape) {
        try model.fit(train, optimizer: Adam(), options(epochs: 1, batch: 8) {
          $0.objective = try! .loss(Loss(.mse))
          $0.targets = .tensor(z)
        })
      } == "targets are {32, 1} for 64 samples; they need a row for each")
    #expect(
      message(.value) { try model.fit(train, optimizer: Adam(), options(epochs: 1, batch: 8) { $0.targets = .inputs }) }
        == "this loss takes labels, not targets; choose another, for instance mse")
  }

  /// The target of an augmented sample is the sample itself: what was wiped out cannot be guessed.
  @Test func autoencodersAimAtWhatWasBeforeAugmentation() throws {
    let (train, _) = try plane(64, seed: 1)
    func loss(_ augmentation: Augmentation?) throws -> Double {
      let model = try DenseLayer(units: 2)
      return try model.fit(train, optimizer: Adam(lr: 0.05), options(epochs: 40, batch: 8) {
        $0.objective = try! .loss(Loss(.mse))
        $0.targets = .inputs
        $0.augmentation = augmentation
      }).epochs.last!.loss
    }
    #expect(try loss(nil) < 1e-3)
    // The variance of a uniform number in (-1, 1) is 1/3.
    #expect(try abs(loss { values, _, _ in Tensor(values.type, values.shape) } - 0.33) < 0.06)
  }

  @Test func aLossOfOnesOwnIsTheSameAsTheBuiltInOne() throws {
    var results: [[Double]] = []
    for objective in [Objective.crossEntropy, .custom { output, labels, _ in try output.crossEntropy(labels) }] {
      let model = try DenseLayer(units: 3)
      let result = try model.fit(
        clusters(40, seed: 1), validation: clusters(20, seed: 2), optimizer: SGD(lr: 0.5),
        options(epochs: 3, batch: 8) { $0.objective = objective })
      results.append(result.epochs.flatMap { [$0.loss, $0.accuracy, $0.validation!.loss, $0.validation!.accuracy] })
    }
    for (a, b) in zip(results[0], results[1]) { #expect(abs(a - b) < 1e-6) }
    #expect(
      message(.shape) {
        try DenseLayer(units: 3).fit(
          clusters(40, seed: 1), optimizer: SGD(), options(epochs: 1, batch: 8) { $0.objective = .custom { x, _, _ in x } })
      } == "a loss is one value, this one is {8, 3}; take its mean")
  }

  /// Steps of several batches are steps of one larger batch.
  @Test func accumulatedGradientsAreThoseOfALargeBatch() throws {
    var results: [[[Double]]] = []
    for (batch, accumulate) in [(12, 1), (4, 3)] {
      let model = try DenseLayer(units: 3)
      try model.build(.float64, shape: [1, 2], seed: 1)
      let result = try model.fit(clusters(40, seed: 1), optimizer: SGD(lr: 0.5), options(epochs: 2, batch: batch) {
        $0.accumulate = accumulate
      })
      #expect(result.epochs[0].steps == 4)
      results.append(model.parameters.map(\.variable.value.doubles))
    }
    for (a, b) in zip(results[0].joined(), results[1].joined()) { #expect(abs(a - b) < 1e-12) }
  }

  @Test func trainingEndsEarlyWithTheBestWeights() throws {
    let model = try SequentialLayer([DenseLayer(units: 16), FunctionLayer(.tanh), DenseLayer(units: 3)])
    // Far too large a learning rate makes the loss jump about.
    let result = try model.fit(
      clusters(40, seed: 1), validation: clusters(30, seed: 2), optimizer: SGD(lr: 3, momentum: 0.9),
      options(epochs: 200, batch: 8) { ($0.patience, $0.keepBest, $0.minDelta) = (5, true, 1e-4) })
    #expect(result.stoppedEarly && result.epochs.count < 200)
    let best = try #require(result.bestEpoch)
    #expect(result.epochs.count == best + 1 + 5)
    let score = try model.evaluate(clusters(30, seed: 2))
    #expect(score.loss == result.epochs[best].validation?.loss)
    #expect(
      message(.value) {
        try model.fit(clusters(40, seed: 1), optimizer: SGD(), options(epochs: 1, batch: 8) { $0.monitor = .validationLoss })
      } == "what is monitored needs validation samples, and there are none")
  }

  @Test func batchesMadeAheadAreTheSame() throws {
    let samples = try clusters(50, seed: 1)
    let plain = try DenseLayer(units: 3)
    let ahead = try DenseLayer(units: 3)
    try plain.fit(samples, optimizer: Adam(), options(epochs: 3, batch: 4))
    // An augmentation that does nothing brings the thread in.
    try ahead.fit(samples, optimizer: Adam(), options(epochs: 3, batch: 4) { $0.augmentation = { values, _, _ in values } })
    #expect(plain.parameters.map(\.variable.value.doubles) == ahead.parameters.map(\.variable.value.doubles))
  }

  @Test func errorsOfTheAugmentationArrive() throws {
    let samples = try clusters(50, seed: 1)
    #expect(
      message(.value) {
        try DenseLayer(units: 3).fit(samples, optimizer: Adam(), options(epochs: 3, batch: 4) {
          $0.augmentation = { values, indices, epoch in
            if epoch == 1 { throw EngineError.value("enough") }
            return values
          }
        })
      } == "enough")
    #expect(
      message(.shape) {
        try DenseLayer(units: 3).fit(samples, optimizer: Adam(), options(epochs: 3, batch: 4) {
          $0.augmentation = { values, _, _ in Tensor(.float32, [1, 2]) }
        })
      }.hasPrefix("the augmentation made float32 {1, 2} of float32 {4, 2}"))
    // A run that ends while batches wait leaves nothing behind.
    #expect(
      message(.cancelled) {
        try DenseLayer(units: 3).fit(samples, optimizer: Adam(), options(epochs: 3, batch: 4) {
          $0.augmentation = { values, _, _ in values }
          $0.onStep = { _ in false }
        })
      } == "cancelled by the callback")
  }

  @Test func theLayerWhereNaNAppearedIsNamed() throws {
    let samples = try Samples(Tensor([Float(0.5), -1, 0.25, 2], [2, 2]), [0, 1])
    let logarithm = try SequentialLayer([FunctionLayer(.log), DenseLayer(units: 2)])
    #expect(
      message(.value) { try logarithm.fit(samples, optimizer: Adam(), options(epochs: 4, batch: 2)) }
        == "the loss is nan in epoch 1 of 4, step 1 of 1; the first value that is not finite comes from layer 0 (log): the logarithm of 0 or less (its input is finite, its output holds nan)")
    let model = try SequentialLayer([DenseLayer(units: 2), DenseLayer(units: 2)])
    let said = message(.value) { try model.fit(samples, optimizer: SGD(lr: 1e30), options(epochs: 4, batch: 1)) }
    #expect(said.contains("the first value that is not finite comes from layer"))
    #expect(said.contains("learning rate"))
  }

  @Test func callbacksMayChangeTheLearningRateAndSeeEveryStep() throws {
    let sgd = try SGD(lr: 0.5)
    var rates: [Double] = []
    try DenseLayer(units: 3).fit(clusters(20, seed: 1), optimizer: sgd, options(epochs: 2, batch: 5) {
      $0.onStep = { progress in
        rates.append(progress.lr)
        #expect(progress.stepLoss > 0)
        try sgd.setRate(sgd.lr / 2)
        return true
      }
    })
    #expect(rates == (0..<8).map { 0.5 / pow(2, Double($0)) })
  }

  @Test func collapseAndStagnationAreSaidOnce() throws {
    // Labels that have nothing to do with the values, through one narrow layer.
    var stream = RandomStream(seed: 1, purpose: .tensor)
    let values = Tensor.uniform(.float32, [200, 4], low: 0, high: 1, from: &stream)
    let samples = try Samples(values, (0..<200).map { $0 * 7 % 10 })
    let narrow = try SequentialLayer([DenseLayer(units: 1), FunctionLayer(.tanh), DenseLayer(units: 10)])
    let result = try narrow.fit(samples, optimizer: SGD(lr: 1e-6), options(epochs: 6, batch: 20))
    #expect(result.warnings.count { $0.hasPrefix("accuracy collapse: after 3 epochs") } == 1)
    #expect(result.warnings.contains { $0.contains("the least gets through layer 0 (dense), with 1 value per sample") })
    #expect(result.warnings.count { $0.hasPrefix("stagnation: in 3 epochs the loss went from") } == 1)
    let good = try DenseLayer(units: 3).fit(clusters(60, seed: 1), optimizer: Adam(lr: 0.1), options(epochs: 6, batch: 4))
    #expect(good.warnings.isEmpty)
  }

  @Test func recordsTellWhatAnEpochCost() throws {
    let model = try SequentialLayer([DenseLayer(units: 2), QuantumLayer(patchCircuit(inputs: 2)), DenseLayer(units: 3)])
    let result = try model.fit(clusters(60, seed: 1), optimizer: Adam(), options(epochs: 2, batch: 4))
    for epoch in result.epochs {
      #expect(epoch.samples == 60 && epoch.seconds > 0 && epoch.peakMemory > 1 << 20 && epoch.lr == 1e-3)
      #expect(epoch.gradientNorm > epoch.circuitGradientNorm && epoch.circuitGradientNorm > 0)
    }
  }

  @Test func confusionAndTopK() throws {
    let model = try DenseLayer(units: 3)
    try model.build(.float32, shape: [1, 3], seed: 1)
    for (parameter, values) in zip(model.parameters, [[1, 0, 0, 0, 1, 0, 0, 0, 1], [0, 0, 0]] as [[Double]]) {
      for (i, value) in values.enumerated() { parameter.variable.value[i] = value }
    }
    let x = Tensor([3.0, 2, 1, 1, 3, 2, 2, 1, 3, 3, 2, 1].map { Float($0) }, [4, 3])
    let samples = try Samples(x, [0, 1, 1, 2])
    #expect(try model.confusion(samples) == [[1, 0, 0], [0, 1, 1], [1, 0, 0]])
    let score = try model.evaluate(samples, topK: 2)
    #expect(score.accuracy == 0.5 && score.topK == 0.5)
    #expect(try model.evaluate(samples, topK: 3).topK == 1)
  }
}
