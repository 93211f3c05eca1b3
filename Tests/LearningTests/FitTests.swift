// Training: it learns, it is the same every time, and short cuts change nothing.

import Learning
import Tensors
import Testing

@Suite(.serialized) struct FitTests {
  private func classifier() throws -> SequentialLayer {
    try SequentialLayer([DenseLayer(units: 16), FunctionLayer(.tanh), DenseLayer(units: 3)])
  }

  private func hybrid(frozen: Bool) throws -> SequentialLayer {
    let front = try QuanvolutionLayer(patchCircuit(inputs: 4))
    front.setTrainable(!frozen)
    return try SequentialLayer([front, FlattenLayer(), DenseLayer(units: 2)])
  }

  private func options(epochs: Int, batch: Int) -> FitOptions {
    var options = FitOptions()
    (options.epochs, options.batch, options.seed) = (epochs, batch, 3)
    return options
  }

  private func parameters(_ model: Layer) -> [[Double]] { model.parameters.map(\.variable.value.doubles) }

  @Test(arguments: ["adam", "sgd"])
  func clustersAreLearned(name: String) throws {
    let model = try classifier()
    let optimizer = name == "adam" ? try Adam(lr: 0.02) : try SGD(lr: 0.2, momentum: 0.9)
    try model.fit(clusters(300, seed: 1), optimizer: optimizer, options(epochs: 30, batch: 8))
    let score = try model.evaluate(clusters(300, seed: 2))
    #expect(score.accuracy > 0.99)
    #expect(score.loss < 0.1)
  }

  @Test func aHybridNetworkLearns() throws {
    let model = try hybrid(frozen: false)
    try model.build(.float32, shape: [1, 1, 4, 4], seed: 1)
    let before = parameters(model)
    try model.fit(halves(200, seed: 1), optimizer: Adam(lr: 0.05), options(epochs: 10, batch: 8))
    #expect(try model.evaluate(halves(100, seed: 2)).accuracy > 0.98)
    #expect(zip(before, parameters(model)).allSatisfy { $0 != $1 })
    #expect(model.parameters.allSatisfy { !$0.variable.hasGradient })
  }

  @Test func cachedFeaturesChangeNothing() throws {
    var results: [[[Double]]] = []
    for caching in [true, false] {
      let model = try hybrid(frozen: true)
      try model.build(.float64, shape: [1, 1, 4, 4], seed: 1)
      let front = model.parameters[0].variable.value.doubles
      var options = options(epochs: 3, batch: 4)
      options.cacheFeatures = caching
      try model.fit(halves(50, seed: 1), optimizer: Adam(), options)
      #expect(model.parameters[0].variable.value.doubles == front)
      results.append(parameters(model))
    }
    for (a, b) in zip(results[0].joined(), results[1].joined()) { #expect(abs(a - b) < 1e-12) }
  }

  @Test func theSameSeedGivesTheSameModelWithAnyNumberOfThreads() throws {
    let before = Parallel.threads
    defer { Parallel.setThreads(before) }
    var results: [[[Double]]] = []
    for threads in [1, 2, 3, 1] {
      Parallel.setThreads(threads)
      let model = try hybrid(frozen: false)
      try model.fit(halves(60, seed: 1), optimizer: Adam(), options(epochs: 2, batch: 16))
      results.append(parameters(model))
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }

  @Test func theOrderDependsOnTheSeedAlone() throws {
    func train(_ change: (inout FitOptions) -> Void) throws -> [[Double]] {
      let model = try classifier()
      try model.build(.float32, shape: [1, 2], seed: 1)
      var options = options(epochs: 2, batch: 8)
      change(&options)
      try model.fit(clusters(60, seed: 1), optimizer: Adam(), options)
      return parameters(model)
    }
    let first = try train { _ in }
    #expect(try train { _ in } == first)
    #expect(try train { $0.seed = 4 } != first)
    #expect(try train { $0.shuffle = false } != first)
  }

  @Test func progressIsReported() throws {
    let model = try classifier()
    var calls: [FitProgress] = []
    try model.fit(
      clusters(50, seed: 1), validation: clusters(20, seed: 2), optimizer: Adam(),
      options(epochs: 3, batch: 8)
    ) {
      calls.append($0)
      return true
    }
    let ends = calls.filter(\.isEpochDone)
    #expect(ends.map(\.epoch) == [0, 1, 2])
    #expect(ends.allSatisfy { $0.step == 7 && $0.steps == 7 && $0.epochs == 3 && $0.seconds > 0 })
    let validation = try #require(ends.last?.validation)
    let score = try model.evaluate(clusters(20, seed: 2))
    #expect(abs(validation.loss - score.loss) < 1e-6)
    #expect(validation.accuracy == score.accuracy)
  }

  @Test func aCallbackCancels() throws {
    let model = try classifier()
    var calls = 0
    #expect(
      message(.cancelled) {
        try model.fit(clusters(50, seed: 1), optimizer: Adam(), options(epochs: 5, batch: 8)) { _ in
          calls += 1
          return calls < 2
        }
      } == "cancelled by the callback")
    #expect(calls == 2)
  }

  @Test func theFirstLossIsThatOfTheModelBefore() throws {
    let model = try classifier()
    try model.build(.float32, shape: [1, 2], seed: 1)
    let samples = try clusters(40, seed: 1)
    let before = try model.evaluate(samples)
    var first: FitProgress?
    try model.fit(samples, optimizer: Adam(), options(epochs: 1, batch: .max)) {
      first = $0
      return true
    }
    #expect(first?.steps == 1)
    #expect(abs((first?.loss ?? 0) - before.loss) < 1e-6)
    #expect(first?.accuracy == before.accuracy)
  }

  @Test func mistakesAreNamed() throws {
    let samples = try clusters(9, seed: 1)
    let model = try classifier()
    func fit(_ change: (inout FitOptions) -> Void) throws {
      var options = FitOptions()
      change(&options)
      try model.fit(samples, optimizer: Adam(), options)
    }
    #expect(message(.value) { try fit { $0.epochs = 0 } } == "epochs is 0; it must be 1 or more")
    #expect(message(.value) { try fit { $0.batch = -1 } } == "batch is -1; it must be 1 or more")
    #expect(
      message(.value) { _ = try Samples(Tensor([1, .nan, 2, 3], [2, 2]), [0, 1]) }
        == "sample 0 contains nan; values must be finite")
    #expect(
      message(.shape) { _ = try Samples(Tensor([1.0, 2], [2]), [0]) } == "there are 1 labels for 2 samples")
    #expect(message(.shape) { _ = try Samples(Tensor(.float32, [0, 2]), []) }.hasPrefix("there are no samples"))
    let two = try DenseLayer(units: 2)
    #expect(
      message(.value) { try two.fit(samples, optimizer: Adam()) }
        == "label 2 is 2; the model has classes 0..1")
    let frozen = try DenseLayer(units: 3)
    frozen.setTrainable(false)
    #expect(message(.state) { try frozen.fit(samples, optimizer: Adam()) }.contains("no trainable parameters"))
    let stranger = try Adam()
    try stranger.add(Variable(Tensor([1.0], [1]), requiresGradient: true))
    #expect(
      message(.state) { try model.fit(samples, optimizer: stranger) }
        == "none of the optimiser's tensors belongs to the model")
    #expect(
      message(.shape) { _ = try two.evaluate(Samples(Tensor(.float32, [1, 5]), [0])) }
        == "the model takes {batch, 2}, the samples are {1, 5}")
  }
}
