// Boxes through layers that are linear: the middle goes through the layer, half the widths through its magnitudes.

import Learning
import Tensors

extension Layer {
  /// W c + b ± |W| r, exact for each output alone.
  fileprivate func boundLinear(_ box: Box) throws -> Box {
    let (centre, radius) = box.centreAndRadius
    let (middle, reach) = (try infer(centre), try magnitudes().infer(radius))
    let (low, high) = (Tensor(uninitialized: .float64, middle.shape), Tensor(uninitialized: .float64, middle.shape))
    for i in 0..<middle.count {
      // Sums of many terms are rounded.
      let slack = 1e-12 * (abs(middle[i]) + reach[i])
      low[i] = middle[i] - reach[i] - slack
      high[i] = middle[i] + reach[i] + slack
    }
    return Box(low, high)
  }
}

extension DenseLayer: BoundedLayer {
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box { try boundLinear(box) }
}

extension Conv2DLayer: BoundedLayer {
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box { try boundLinear(box) }
}

extension Conv1DLayer: BoundedLayer {
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box { try boundLinear(box) }
}

extension ConvTranspose2DLayer: BoundedLayer {
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box { try boundLinear(box) }
}
