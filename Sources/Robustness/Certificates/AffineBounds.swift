// Boxes through layers that are affine: the middle goes through the layer, half the widths through its magnitudes.

import Learning
import Tensors

/// A layer y = A x + b in evaluation mode.
protocol AffineLayer: BoundedLayer {}

extension AffineLayer {
  var isAffine: Bool { true }
  func relaxation(_ box: Box, _ out: Box, _ settings: BoundSettings) throws -> Relaxation { .affine(self) }

  /// W c + b ± |W| r, exact for each output alone.
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box {
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

extension DenseLayer: AffineLayer {}
extension Conv2DLayer: AffineLayer {}
extension Conv1DLayer: AffineLayer {}
extension ConvTranspose2DLayer: AffineLayer {}
