// Images shrunk onto a part of their own frame, bilinearly, and the transposed map for gradients.
// Assumed checked: {batch, channels, height, width}, a frame for each image that lies inside it.

import Tensors

/// The part of an image's frame that its shrunk version takes.
package struct ImageFrame: Sendable {
  package let height, width, top, left: Int

  package init(height: Int, width: Int, top: Int, left: Int) {
    (self.height, self.width, self.top, self.left) = (height, width, top, left)
  }
}

/// For one axis: which two values a point lies between, and the share of the second.
private struct Taps {
  var first: [Int] = [], second: [Int] = []
  var share: [Double] = []

  /// Pixel centres are at half integers, as in most image libraries.
  init(from size: Int, to smaller: Int) {
    let scale = Double(size) / Double(smaller)
    for i in 0..<smaller {
      let place = max(0, (Double(i) + 0.5) * scale - 0.5)
      let low = min(size - 1, Int(place))
      first.append(low)
      second.append(min(size - 1, low + 1))
      share.append(place - Double(low))
    }
  }
}

extension Array where Element == ImageFrame {
  package func shrink(_ x: Tensor, ground: Double) -> Tensor {
    let result = Tensor(uninitialized: x.type, x.shape)
    result.fill(ground)
    switch x.type {
    case .float32: resample(x, result, Float.self, isTransposed: false)
    case .float64: resample(x, result, Double.self, isTransposed: false)
    }
    return result
  }

  package func spread(_ gradient: Tensor) -> Tensor {
    let result = Tensor(gradient.type, gradient.shape)
    switch gradient.type {
    case .float32: resample(gradient, result, Float.self, isTransposed: true)
    case .float64: resample(gradient, result, Double.self, isTransposed: true)
    }
    return result
  }

  private func resample<S: Tensors.Element>(_ x: Tensor, _ y: Tensor, _: S.Type, isTransposed: Bool) {
    let (channels, height, width) = (x.shape[1], x.shape[2], x.shape[3])
    let image = channels * height * width
    Parallel.forEach(count) { row in
      let frame = self[row]
      let (down, across) = (Taps(from: height, to: frame.height), Taps(from: width, to: frame.width))
      for channel in 0..<channels {
        let place = row * image + channel * height * width
        let (from, to) = (x.pointer(S.self) + place, y.pointer(S.self) + place)
        for i in 0..<frame.height {
          let (above, below) = (down.first[i] * width, down.second[i] * width)
          let b = S(down.share[i])
          let line = (frame.top + i) * width + frame.left
          for j in 0..<frame.width {
            let (l, r) = (across.first[j], across.second[j])
            let c = S(across.share[j])
            if isTransposed {
              let g = from[line + j]
              to[above + l] += (1 - b) * (1 - c) * g
              to[above + r] += (1 - b) * c * g
              to[below + l] += b * (1 - c) * g
              to[below + r] += b * c * g
            } else {
              let upper = (1 - c) * from[above + l] + c * from[above + r]
              let lower = (1 - c) * from[below + l] + c * from[below + r]
              to[line + j] = (1 - b) * upper + b * lower
            }
          }
        }
      }
    }
  }
}
