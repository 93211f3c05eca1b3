// Sums of branches with a softmax's weights.
// Assumed checked: weights [batch, branches, width], width 1 or the values of a sample; equal element types.

import Tensors

/// Softmax of [batch, branches, width] over the branches.
func fusionWeights(_ gate: Tensor) -> Tensor {
  let result = Tensor(uninitialized: gate.type, gate.shape)
  switch gate.type {
  case .float32: weigh(gate.pointer(Float.self), result.pointer(Float.self), gate.shape)
  case .float64: weigh(gate.pointer(Double.self), result.pointer(Double.self), gate.shape)
  }
  return result
}

private func weigh<S: RealElement>(
  _ gate: UnsafeMutablePointer<S>, _ weights: UnsafeMutablePointer<S>, _ shape: [Int]
) {
  let (branches, width) = (shape[1], shape[2])
  for sample in 0..<shape[0] {
    for k in 0..<width {
      let first = sample * branches * width + k
      var largest = gate[first]
      for i in 1..<branches { largest = max(largest, gate[first + i * width]) }
      var sum: S = 0
      for i in 0..<branches {
        let value = S.exponential(gate[first + i * width] - largest)
        weights[first + i * width] = value
        sum += value
      }
      for i in 0..<branches { weights[first + i * width] /= sum }
    }
  }
}

/// target = weights of one branch * source, added to what is there when `adding`.
func addFused(_ source: Tensor, _ weights: Tensor, branch: Int, into target: Tensor, adding: Bool) {
  switch source.type {
  case .float32:
    addFused(
      source.pointer(Float.self), weights.pointer(Float.self), weights.shape, branch, target.pointer(Float.self),
      source.count, adding)
  case .float64:
    addFused(
      source.pointer(Double.self), weights.pointer(Double.self), weights.shape, branch, target.pointer(Double.self),
      source.count, adding)
  }
}

private func addFused<S: Element>(
  _ source: UnsafeMutablePointer<S>, _ weights: UnsafeMutablePointer<S>, _ shape: [Int], _ branch: Int,
  _ target: UnsafeMutablePointer<S>, _ count: Int, _ adding: Bool
) {
  let (batch, branches, width) = (shape[0], shape[1], shape[2])
  let values = count / batch
  for sample in 0..<batch {
    let w = weights + (sample * branches + branch) * width
    for k in 0..<values {
      let value = w[width == 1 ? 0 : k] * source[sample * values + k]
      target[sample * values + k] = adding ? target[sample * values + k] + value : value
    }
  }
}

/// The gate's gradient: wᵢ (sᵢ - Σⱼ wⱼ sⱼ) with sᵢ = Σ g yᵢ over the values that share a weight.
func fusionGateGradient(
  _ gradient: Tensor, _ branches: [Tensor], _ weights: Tensor, into target: Tensor, adding: Bool
) {
  switch gradient.type {
  case .float32:
    gateGradient(
      gradient.pointer(Float.self), branches.map { $0.pointer(Float.self) }, weights.pointer(Float.self), weights.shape,
      target.pointer(Float.self), gradient.count, adding)
  case .float64:
    gateGradient(
      gradient.pointer(Double.self), branches.map { $0.pointer(Double.self) }, weights.pointer(Double.self),
      weights.shape, target.pointer(Double.self), gradient.count, adding)
  }
}

private func gateGradient<S: Element>(
  _ gradient: UnsafeMutablePointer<S>, _ branches: [UnsafeMutablePointer<S>], _ weights: UnsafeMutablePointer<S>,
  _ shape: [Int], _ target: UnsafeMutablePointer<S>, _ count: Int, _ adding: Bool
) {
  let (batch, width) = (shape[0], shape[2])
  let values = count / batch
  let shared = values / width
  var sums = [S](repeating: 0, count: branches.count)
  for sample in 0..<batch {
    for k in 0..<width {
      var mean: S = 0
      let first = sample * branches.count * width + k
      for (i, y) in branches.enumerated() {
        var sum: S = 0
        for j in 0..<shared {
          let place = sample * values + k + j
          sum += gradient[place] * y[place]
        }
        sums[i] = sum
        mean += weights[first + i * width] * sum
      }
      for i in branches.indices {
        let value = weights[first + i * width] * (sums[i] - mean)
        target[first + i * width] = adding ? target[first + i * width] + value : value
      }
    }
  }
}
