// The largest expectation value within a trace distance, against geometry on one wire and brute force on two.

import Circuits
import Foundation
import Robustness
import Tensors
import Testing

/// A random Hermitian matrix.
private func hermitian(_ n: Int, _ stream: inout RandomStream) -> ComplexMatrix {
  var a = ComplexMatrix(dimension: n)
  for i in 0..<n {
    a[i, i] = (stream.normal(), 0)
    for j in 0..<i {
      let (re, im) = (stream.normal(), stream.normal())
      a[i, j] = (re, im)
      a[j, i] = (re, -im)
    }
  }
  return a
}

/// A random state, real and imaginary parts in turn.
private func state(_ n: Int, _ stream: inout RandomStream) -> [Double] {
  let values = (0..<2 * n).map { _ in stream.normal() }
  let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
  return values.map { $0 / norm }
}

private func projector(_ psi: [Double]) -> ComplexMatrix {
  let n = psi.count / 2
  var rho = ComplexMatrix(dimension: n)
  for i in 0..<n {
    for j in 0..<n {
      let (a, b, c, d) = (psi[2 * i], psi[2 * i + 1], psi[2 * j], psi[2 * j + 1])
      rho[i, j] = (a * c + b * d, b * c - a * d)
    }
  }
  return rho
}

private func combined(_ a: ComplexMatrix, _ s: Double, _ b: ComplexMatrix, _ t: Double) -> ComplexMatrix {
  ComplexMatrix(
    dimension: a.dimension, re: zip(a.re, b.re).map { s * $0 + t * $1 }, im: zip(a.im, b.im).map { s * $0 + t * $1 })
}

private func trace(_ a: ComplexMatrix, _ b: ComplexMatrix) -> Double {
  let product = a * b
  return (0..<a.dimension).reduce(0) { $0 + product[$1, $1].re }
}

private func traceDistance(_ a: ComplexMatrix, _ b: ComplexMatrix) -> Double {
  combined(a, 1, b, -1).hermitianEigenvalues().reduce(0) { $0 + abs($1) } / 2
}

@Suite struct WorstStateTests {
  /// On one wire the ball is that around a point of the Bloch sphere, cut off by the sphere.
  @Test func oneWireIsGeometry() {
    var stream = RandomStream(seed: 8, purpose: .tensor)
    for _ in 0..<40 {
      let (a, psi) = (hermitian(2, &stream), state(2, &stream))
      let spectrum = Spectrum(a)
      let (middle, half) = ((spectrum.largest + spectrum.smallest) / 2, (spectrum.largest - spectrum.smallest) / 2)
      let weights = spectrum.weights(psi)
      #expect(abs(weights.reduce(0, +) - 1) < 1e-12)
      let cosine = (spectrum.mean(weights) - middle) / half
      #expect(abs(spectrum.mean(weights) - trace(a, projector(psi))) < 1e-12)
      for eps: Double in [0, 1e-4, 0.01, 0.1, 0.4, 0.8, 0.99, 1] {
        // Bloch vectors differ by 2 eps.
        let turned = cos(max(0, acos(min(1, max(-1, cosine))) - 2 * asin(eps)))
        let expected = cosine <= -eps ? cosine + 2 * eps : turned
        let found = (spectrum.largestMean(weights, eps: eps) - middle) / half
        #expect(abs(found - expected) < 1e-9, "cosine \(cosine), eps \(eps): \(found), expected \(expected)")
      }
    }
  }

  /// On two wires: no state that is looked at is worse, and a long search comes close.
  @Test func twoWiresAgreeWithASearch() {
    var stream = RandomStream(seed: 12, purpose: .tensor)
    for number in 0..<6 {
      let (a, psi) = (hermitian(4, &stream), state(4, &stream))
      let (spectrum, rho) = (Spectrum(a), projector(psi))
      let eps = [0.02, 0.1, 0.3, 0.5, 0.7, 0.9][number]
      let exact = spectrum.largestMean(spectrum.weights(psi), eps: eps)
      #expect(exact <= spectrum.mean(spectrum.weights(psi)) + eps * (spectrum.largest - spectrum.smallest))
      // Hill climbing over states of rank two, pulled back along the line to rho.
      var (parts, best, size) = ([psi + Array(repeating: 0.0, count: 8)][0], -Double.infinity, 0.5)
      for _ in 0..<6000 {
        let tried = parts.map { $0 + size * stream.normal() }
        let sum = combined(projector(Array(tried[..<8])), 1, projector(Array(tried[8...])), 1)
        let norm = (0..<4).reduce(0) { $0 + sum[$1, $1].re }
        let sigma = combined(sum, 1 / norm, sum, 0)
        let pull = min(1, eps / max(traceDistance(sigma, rho), 1e-12))
        let value = trace(a, combined(rho, 1 - pull, sigma, pull))
        #expect(value <= exact + 1e-9, "eps \(eps)")
        if value > best {
          (best, parts) = (value, tried.map { $0 / norm.squareRoot() })
          size *= 1.5
        } else {
          size = max(1e-5, size * 0.97)
        }
      }
      #expect(best >= exact - 0.01 * (spectrum.largest - spectrum.smallest), "eps \(eps): \(best) of \(exact)")
    }
  }

  @Test func diagonalObservablesAreNoSpecialCase() {
    var stream = RandomStream(seed: 3, purpose: .tensor)
    var a = ComplexMatrix(dimension: 4)
    for i in 0..<4 { a[i, i] = (stream.normal(), 0) }
    var almost = a
    almost[0, 1] = (1e-13, 0)
    almost[1, 0] = (1e-13, 0)
    let psi = state(4, &stream)
    let (one, other) = (Spectrum(a), Spectrum(almost))
    for eps in [0.05, 0.5] {
      let (x, y) = (one.largestMean(one.weights(psi), eps: eps), other.largestMean(other.weights(psi), eps: eps))
      #expect(abs(x - y) < 1e-9)
    }
  }
}
