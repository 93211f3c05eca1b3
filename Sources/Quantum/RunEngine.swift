// Simulators that take samples one by one or in their own way, next to the lane programs of BatchExecutor,
// and how a batch gets into and out of them.

import Circuits
import Tensors

/// Samples as rows.
struct Samples {
  let type: ElementType
  let count: Int
  /// [count, inputs]
  let inputs: [Double]
  let weights: [Double]
}

/// A number added to the angle of one rotation, by its place among all rotations.
struct Shift {
  let rotation: Int
  let by: Double
}

/// A simulator of one circuit.
protocol RunEngine: AnyObject {
  /// Expectation values of the output map's words, [count, words].
  func values(_ samples: Samples, shift: Shift?) throws -> [Double]
  /// Vector-Jacobian product: from d/d words [count, words] to d/d inputs [count, inputs] and d/d weights,
  /// summed over the samples.  Throws where the simulator has no exact gradient.
  func gradients(
    _ samples: Samples, wordGradient: [Double], wantsInputs: Bool, wantsWeights: Bool
  ) throws -> (inputs: [Double]?, weights: [Double]?)
}

extension CircuitRunner {
  func makeEngine(_ method: RunMethod) throws -> (any RunEngine)? {
    switch method {
    case .automatic, .product, .unitary, .gates: return nil
    case .density: return try DensityEngine(circuit, lowering, words: outputMap.words)
    case .state: return StateEngine(circuit, lowering, words: outputMap.words)
    case .trajectories:
      return TrajectoryEngine(
        circuit, lowering, words: outputMap.words, trajectories: options.trajectories, seed: options.seed)
    }
  }

  func run(_ engine: any RunEngine, _ batch: Batch, _ out: Tensor, shift: Shift?) throws {
    let values = try engine.values(samples(batch), shift: shift)
    let (words, outputs) = (outputMap.words.count, outputMap.rows.count)
    for sample in 0..<batch.count {
      for k in 0..<outputs {
        out[batch.layout.outputIndex(sample, k, outputs)] = outputMap.output(k) { values[sample * words + $0] }
      }
    }
  }

  func differentiate(
    _ engine: any RunEngine, _ batch: Batch, _ outputGradient: Tensor?, _ inputGradient: Tensor?,
    _ wantWeights: Bool
  ) throws -> [Double]? {
    let samples = try samples(batch)
    let (words, outputs, columns) = (outputMap.words.count, circuit.outputCount, circuit.inputCount)
    let values = outputMap.isLinear ? [] : try engine.values(samples, shift: nil)
    var wordGradient = [Double](repeating: 0, count: batch.count * words)
    for sample in 0..<batch.count {
      for k in 0..<outputs {
        let g = outputGradient?[batch.layout.outputIndex(sample, k, outputs)] ?? 1
        outputMap.addGradient(k, g, values: { values[sample * words + $0] }) { wordGradient[sample * words + $0] += $1 }
      }
    }
    let result = try engine.gradients(
      samples, wordGradient: wordGradient, wantsInputs: inputGradient != nil, wantsWeights: wantWeights)
    if let inputGradient, let gradient = result.inputs {
      inputGradient.fill(0)
      for sample in 0..<batch.count {
        for column in 0..<columns {
          inputGradient[batch.layout.index(sample, column, columns)] += gradient[sample * columns + column]
        }
      }
    }
    return result.weights
  }

  /// A batch as rows; throws when an input is not finite or makes no state.
  func samples(_ batch: Batch) throws -> Samples {
    let columns = circuit.inputCount
    var inputs = [Double](repeating: 0, count: batch.count * columns)
    for sample in 0..<batch.count {
      for column in 0..<columns {
        let value = batch.data[batch.layout.index(sample, column, columns)]
        guard value.isFinite else {
          throw EngineError.value("input \(column) of sample \(sample) is \(value); inputs must be finite")
        }
        inputs[sample * columns + column] = value
      }
      if case .amplitudes(let encoding) = circuit.preparation,
        let problem = encoding.problem(batch.type, { inputs[sample * columns + $0] })
      {
        throw EngineError.value("sample \(sample): \(problem)")
      }
    }
    return Samples(type: batch.type, count: batch.count, inputs: inputs, weights: batch.weights)
  }
}

extension OutputMap {
  /// Output k from the words' values.
  func output(_ k: Int, values: (Int) -> Double) -> Double {
    let row = rows[k]
    let square = row.squares.reduce(row.squareConstant) { $0 + $1.factor * values($1.word) }
    return row.terms.reduce(row.constant) { $0 + $1.factor * values($1.word) } - square * square
  }

  /// Adds g times the derivatives of output k by the words.
  func addGradient(_ k: Int, _ g: Double, values: (Int) -> Double, to add: (Int, Double) -> Void) {
    let row = rows[k]
    for term in row.terms { add(term.word, g * term.factor) }
    if row.squares.isEmpty { return }
    let square = row.squares.reduce(row.squareConstant) { $0 + $1.factor * values($1.word) }
    for term in row.squares { add(term.word, -2 * g * square * term.factor) }
  }
}
