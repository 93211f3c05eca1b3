// Method "state": samples one after the other, each on one large state whose amplitudes the threads share.

import Circuits
import StateVectors
import Tensors

final class StateEngine: RunEngine {
  private let runner: StateRunner
  private let circuit: Circuit
  private let wordCount: Int

  init(_ circuit: Circuit, _ lowering: Lowering, words: [PauliMask]) {
    runner = StateRunner(lowering, words: words)
    self.circuit = circuit
    wordCount = words.count
  }

  private func values(_ samples: Samples, _ sample: Int, _ shift: Shift?) -> StateRunner.Values {
    let columns = circuit.inputCount
    return StateRunner.Values(
      inputs: Array(samples.inputs[sample * columns..<(sample + 1) * columns]), weights: samples.weights,
      shift: shift.map { ($0.rotation, $0.by) })
  }

  func values(_ samples: Samples, shift: Shift?) throws -> [Double] {
    try (0..<samples.count).flatMap { try runner.expectations(samples.type, values(samples, $0, shift)) }
  }

  func gradients(
    _ samples: Samples, wordGradient: [Double], wantsInputs: Bool, wantsWeights: Bool
  ) throws -> (inputs: [Double]?, weights: [Double]?) {
    var inputs: [Double] = []
    var weights = [Double](repeating: 0, count: circuit.weightCount)
    for sample in 0..<samples.count {
      var own = [Double](repeating: 0, count: circuit.inputCount)
      try runner.addGradients(
        samples.type, values(samples, sample, nil),
        wordGradient: Array(wordGradient[sample * wordCount..<(sample + 1) * wordCount]), inputs: &own,
        weights: &weights)
      inputs += own
    }
    return (wantsInputs ? inputs : nil, wantsWeights ? weights : nil)
  }
}
