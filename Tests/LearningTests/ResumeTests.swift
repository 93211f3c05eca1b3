// A training that was interrupted at any step and resumed ends with the same bits as one that was not.

import Circuits
@preconcurrency import Learning
import Quantum
import Tensors
import Testing

@Suite(.serialized) struct ResumeTests {
  /// Everything that a step can depend on: the optimiser, a schedule, early stopping, accumulation, augmentation.
  struct Case: CustomStringConvertible, Sendable {
    let name: String
    var shots = 0
    /// Whether weights of the circuit alone are trained.
    var circuitOnly = false
    let make: @Sendable () throws -> Optimizer
    var change: @Sendable (inout FitOptions) throws -> Void = { _ in }
    var description: String { name }
  }

  static let cases: [Case] = [
    Case(name: "sgd with momentum", make: { try SGD(lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 1e-3) }),
    Case(name: "adam, cosine", make: { try Adam(lr: 0.05) }) {
      $0.schedule = try Schedule(.cosine(period: 5, low: 0.1, restarts: true, stretch: 2), unit: .step, warmup: (3, 0.1))
    },
    Case(name: "adam, shots", shots: 50, make: { try Adam(lr: 0.05) }),
    Case(name: "adamw, accumulated and clipped", make: { try AdamW(lr: 0.05) }) {
      $0.accumulate = 2
      ($0.clipNorm, $0.clipValue) = (0.5, 0.1)
    },
    Case(name: "rmsprop, plateau", make: { try RMSprop(lr: 0.02, momentum: 0.5) }) {
      $0.schedule = try Schedule(
        .plateau(factor: 0.5, patience: 0, minDelta: 0.5, cooldown: 0, low: 0.01, isHigherBetter: false))
    },
    Case(name: "adagrad, best weights", make: { try Adagrad(lr: 0.1, initial: 0.1) }) {
      ($0.keepBest, $0.patience) = (true, 2)
    },
    Case(name: "lbfgs", make: { try LBFGS(history: 3, iterations: 2) }),
    Case(name: "spsa", make: { try SPSA(lr: 0.1, seed: 5) }),
    Case(name: "rotosolve", circuitOnly: true, make: { try Rotosolve() }),
    Case(name: "natural gradient", make: { try NaturalGradient(lr: 0.1) }),
    Case(name: "augmentation", make: { try Adam(lr: 0.05) }) {
      $0.augmentation = { values, indices, epoch in
        for (row, index) in indices.enumerated() {
          var stream = RandomStream(seed: 4, purpose: .tensor, substream: index, position: UInt64(epoch))
          for i in 0..<2 { values[row * 2 + i] += 0.01 * stream.normal() }
        }
        return values
      }
    },
  ]

  /// With running statistics, random masks and, where wanted, shots.
  private func model(_ shots: Int, circuitOnly: Bool = false) throws -> Layer {
    let run = RunOptions(differentiation: shots > 0 ? .parameterShift : .adjoint, shots: shots)
    let layers: [Layer] = [
      try DenseLayer(units: 3), try BatchNormLayer(), FunctionLayer(.tanh), try DropoutLayer(rate: 0.2),
      try QuantumLayer(circuitOnly ? rotations() : patchCircuit(inputs: 3), options: run), try DenseLayer(units: 3),
    ]
    if circuitOnly { for i in [0, 1, 5] { layers[i].setTrainable(false) } }
    return try SequentialLayer(layers)
  }

  /// Each weight in one rotation.
  private func rotations() throws -> Circuit {
    var circuit = try Circuit(wires: 3)
    for wire in 0..<3 {
      try circuit.append("RY", [wire], [.input(wire)])
      try circuit.append("RX", [wire], [.weight(wire)])
    }
    try circuit.append("CNOT", [0, 1])
    for wire in 0..<3 { try circuit.measure("Z", [wire]) }
    return circuit
  }

  /// Parameters and running statistics after training, its history without times, and all states that were saved.
  private func train(
    _ item: Case, from saved: TrainingState? = nil, every: Int = 1
  ) throws -> (parameters: [[Double]], history: [[Double]], states: [TrainingState]) {
    let model = try model(item.shots, circuitOnly: item.circuitOnly)
    var options = FitOptions()
    (options.epochs, options.batch, options.seed) = (3, 4, 3)
    try item.change(&options)
    var states: [TrainingState] = []
    options.checkpoint = (every, { states.append($0) })
    options.resume = saved
    let result = try model.fit(
      clusters(22, seed: 1), validation: clusters(9, seed: 2), optimizer: item.make(), options)
    let history = result.epochs.map {
      [$0.loss, $0.accuracy, $0.validation!.loss, $0.lr, $0.gradientNorm.isNaN ? -1 : $0.gradientNorm, Double($0.bestEpoch ?? -1)]
    }
    return (model.savedValues.map(\.tensor.doubles), history, states)
  }

  @Test(arguments: cases)
  func anyStepCanBeTheLastBeforeAnInterruption(item: Case) throws {
    let whole = try train(item)
    #expect(try train(item).parameters == whole.parameters)
    #expect(whole.states.count > 5)
    for (number, state) in whole.states.enumerated() {
      // Through text, as in a file.
      let scalars = try JSON(text: state.scalars.text)
      let resumed = try train(item, from: TrainingState(tensors: state.tensors, scalars: scalars))
      #expect(resumed.parameters == whole.parameters, "resumed from state \(number)")
      #expect(resumed.history == whole.history, "resumed from state \(number)")
    }
  }

  @Test func statesComeEverySoManyStepsAndAtTheEnd() throws {
    let item = Self.cases[0]
    // Six steps per epoch, the last boundary being the end itself.
    #expect(try train(item, every: 4).states.count == 4 + 1)
    #expect(try train(item, every: 100).states.count == 1)
  }

  @Test func anotherTrainingIsRefused() throws {
    let state = try #require(try train(Self.cases[0]).states.first)
    func resume(_ change: (inout FitOptions) -> Void, _ optimizer: Optimizer? = nil) throws {
      var options = FitOptions()
      (options.epochs, options.batch, options.seed, options.resume) = (3, 4, 3, state)
      change(&options)
      try model(0).fit(clusters(22, seed: 1), optimizer: optimizer ?? Self.cases[0].make(), options)
    }
    #expect(message(.state) { try resume { $0.batch = 5 } } == "the saved training has batch 4, this one has 5")
    #expect(message(.state) { try resume { $0.seed = 4 } } == "the saved training has seed 3, this one has 4")
    #expect(message(.state) { try resume({ _ in }, Adam()) } == "the saved optimiser is sgd, this one is adam")
    #expect(
      message(.state) { try resume { $0.schedule = try? Schedule(.constant) } }
        == "the saved training has no schedule, this one has one")
    let other = try SequentialLayer([DenseLayer(units: 2), BatchNormLayer(), FunctionLayer(.tanh), DenseLayer(units: 3)])
    var options = FitOptions()
    (options.batch, options.seed, options.resume) = (4, 3, state)
    #expect(
      message(.shape) { try other.fit(clusters(22, seed: 1), optimizer: Adam(), options) }
        == "\"0.weights\" is saved as float32 {3, 2}; expected float32 {2, 2}")
  }
}
