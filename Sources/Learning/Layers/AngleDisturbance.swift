// Encoding angles that are a little wrong, for attacks on the quantum part of a model.
// Which errors do harm is found in Robustness.

import Circuits
import Quantum
import Tensors

/// What a layer runs instead of its circuits while its encoding angles are disturbed.
package struct AngleDisturbance {
  /// The circuits with an input more for each disturbed angle.
  package let runners: [CircuitRunner]
  /// In radians, behind the inputs of each sample: [batch, angles], or [batch, channels, height, width] for images.
  package let errors: Variable
}

/// How the angles of a layer can be disturbed.
package struct AnglePlan {
  package let runners: [CircuitRunner]
  /// Of the errors of one sample.
  package let shape: [Int]
  /// Which of them are an angle's; the others change nothing.
  package let isUsed: [Bool]
  package var count: Int { isUsed.count { $0 } }

  package func disturbance(_ errors: Variable) -> AngleDisturbance { AngleDisturbance(runners: runners, errors: errors) }
}

/// A built layer whose circuits encode its input in angles.
package protocol DisturbableLayer: Layer {
  /// While it is set, `forward` adds the errors to the angles.
  var disturbance: AngleDisturbance? { get set }
  /// Throws when no angle depends on the input, or errors cannot be told apart.
  func anglePlan() throws -> AnglePlan
}

extension QuantumLayer {
  package func anglePlan() throws -> AnglePlan {
    let (circuit, count) = runner.circuit.withAngleErrors(from: runner.circuit.inputCount)
    guard count > 0 else { throw noAngles(self) }
    return AnglePlan(
      runners: [try CircuitRunner(circuit, options: runner.options)], shape: [count],
      isUsed: Array(repeating: true, count: count))
  }
}

extension QuanvolutionLayer {
  package func anglePlan() throws -> AnglePlan {
    guard let inputShape else { throw EngineError.state("the quanvolution is not built") }
    guard options.isDirect, options.strideHeight == options.kernelHeight, options.strideWidth == options.kernelWidth,
      !options.perChannel
    else {
      throw EngineError.value(
        "the angles of a quanvolution can be attacked where its patches lie side by side: stride as kernel_size, no padding, no dilation, not per_channel"
      )
    }
    // The errors of a patch are pixels of channels that are added to the image.
    let pixels = options.kernelHeight * options.kernelWidth
    let first = inputShape[0] * pixels
    let counts = filters.map { $0.circuit.withAngleErrors(from: 0).count }
    let total = counts.reduce(0, +)
    guard total > 0 else { throw noAngles(self) }
    let channels = (total + pixels - 1) / pixels
    var (runners, next) = ([CircuitRunner](), first)
    for (filter, count) in zip(filters, counts) {
      let circuit = filter.circuit.withAngleErrors(from: next, inputs: first + channels * pixels).circuit
      runners.append(try CircuitRunner(circuit, options: filter.options))
      next += count
    }
    let (height, width) = (inputShape[1], inputShape[2])
    var isUsed: [Bool] = []
    for channel in 0..<channels {
      for row in 0..<height {
        for column in 0..<width {
          let place = row % options.kernelHeight * options.kernelWidth + column % options.kernelWidth
          // A rest that no patch covers is left out.
          let isCovered = row < height / options.kernelHeight * options.kernelHeight
            && column < width / options.kernelWidth * options.kernelWidth
          isUsed.append(isCovered && channel * pixels + place < total)
        }
      }
    }
    return AnglePlan(runners: runners, shape: [channels, height, width], isUsed: isUsed)
  }
}

private func noAngles(_ layer: Layer) -> EngineError {
  .value("no angle of the \(layer.kind) layer depends on its input (amplitude encoding has none), so there is nothing to disturb")
}
