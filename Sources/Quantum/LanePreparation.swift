// The start state of a lane program where it is not a product state.

import Circuits
import Tensors

/// How a LaneSimulator starts.
enum LanePreparation {
  case product
  case amplitudes(LaneAmplitudes)
  /// Real and imaginary parts in turn; amplitudes beyond them are 0.
  case state(Buffer<Double>)
}

/// Inputs as amplitudes, for a vector of samples.
struct LaneAmplitudes {
  let encoding: AmplitudeEncoding
  /// Index in the state of each amplitude.
  let places: Buffer<Int>

  /// ψ ← x / |x|; inverseNorm is kept for the gradient.  A sample of zeros gives a state of zeros, which
  /// BatchExecutor reports.
  func load<V: Lanes>(
    _ inputs: UnsafePointer<V>, stride: Int, _ psi: UnsafeMutablePointer<V>, _ size: Int,
    _ inverseNorm: UnsafeMutablePointer<V>
  ) {
    for i in 0..<2 * size { psi[i] = V.zeros }
    var inverse = V.all(1)
    if encoding.normalize {
      var sum = V.all(Double(places.count - encoding.count) * (encoding.padding ?? 0) * (encoding.padding ?? 0))
      for k in 0..<encoding.count {
        let x = inputs[(encoding.first + k) * stride]
        sum = V.mulAdd(x, x, sum)
      }
      inverse = V.inverseRoot(sum)
    }
    inverseNorm[0] = inverse
    for k in 0..<encoding.count {
      psi[2 * places[k]] = inputs[(encoding.first + k) * stride] * inverse
    }
    if encoding.count < places.count, let padding = encoding.padding, padding != 0 {
      for k in encoding.count..<places.count { psi[2 * places[k]] = V.all(padding) * inverse }
    }
  }

  /// d/dx of a real ψ = x / |x|: (g - ψ (ψ·g)) / |x| with g = 2 Re λ.
  func addGradient<V: Lanes>(
    _ psi: UnsafePointer<V>, _ lambda: UnsafePointer<V>, _ inverseNorm: UnsafePointer<V>,
    _ gradient: UnsafeMutablePointer<V>, _ stride: Int
  ) {
    var projection = V.zeros
    if encoding.normalize {
      for k in 0..<places.count { projection = V.mulAdd(psi[2 * places[k]], lambda[2 * places[k]], projection) }
    }
    let factor = inverseNorm[0] + inverseNorm[0]
    for k in 0..<encoding.count {
      let slope = V.mulSub(psi[2 * places[k]], projection, lambda[2 * places[k]])
      let place = gradient + (encoding.first + k) * stride
      place.pointee = V.mulAdd(slope, factor, place.pointee)
    }
  }
}

extension LanePreparation {
  init(_ start: StartState) {
    switch start {
    case .zero: self = .product
    case .amplitudes(let encoding, let places):
      self = .amplitudes(LaneAmplitudes(encoding: encoding, places: Buffer(places)))
    case .state(let re, let im): self = .state(Buffer(zip(re, im).flatMap { [$0, $1] }))
    }
  }
}
