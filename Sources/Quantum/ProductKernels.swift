// The product form run for blocks of samples: a table of products of cosines and sines, and for every
// output a short sum over it.  Four vectors of samples at a time, so that a coefficient loaded once
// serves four multiply-adds and the sums do not wait for each other.

import Circuits
import Tensors

/// A product form with its coefficients, ready to run.
struct ProductBlocks<V: Lanes> {
  typealias Plane = UnsafeMutablePointer<V>
  static var vectors: Int { ProductLayout.vectors }

  let form: ProductForm
  let weights: [Double]
  private let coefficient: Buffer<V.Scalar>
  private let layout: ProductLayout

  var accumulatorCount: Int { form.termCount }

  /// Vectors of scratch that a block needs.
  var scratchCount: Int {
    (2 * form.features.count + 4 * form.encodings.count) * Self.vectors
  }

  init(_ form: ProductForm, weights: [Double]) {
    self.form = form
    self.weights = weights
    layout = form.layout
    let values = form.coefficients(weights: weights)
    coefficient = Buffer(values.count)
    for t in values.indices { coefficient[t] = V.Scalar(values[t]) }
  }

  // Scratch: features | cosines and sines (by factor) | their adjoints | adjoint features.
  private var featureVectors: Int { form.features.count * Self.vectors }
  private var factorVectors: Int { 2 * form.encodings.count * Self.vectors }

  /// Cosines, sines and all their products for a block.
  @inline(__always)
  private func fillTable(_ inputs: UnsafePointer<V>, _ scratch: Plane, large: Bool) {
    let factors = scratch + featureVectors
    for (e, encoding) in form.encodings.enumerated() {
      let (scale, offset) = (V.all(encoding.scale), V.all(encoding.offset))
      let x = inputs + encoding.column * Self.vectors
      let place = factors + 2 * e * Self.vectors
      for v in 0..<Self.vectors {
        let angle = V.mulAdd(x[v], scale, offset)
        let (sin, cos) = large ? V.slowSincos(angle) : V.sincos(angle)
        place[v] = cos
        place[v + Self.vectors] = sin
      }
    }
    scratch[0] = V.all(1)
    scratch[1] = V.all(1)
    scratch[2] = V.all(1)
    scratch[3] = V.all(1)
    let (parents, kinds) = (layout.parent.pointer, layout.factor.pointer)
    for f in 1..<max(1, form.features.count) {
      let (p, q) = (scratch + Int(parents[f]), factors + Int(kinds[f]))
      let place = scratch + f * Self.vectors
      place[0] = p[0] * q[0]
      place[1] = p[1] * q[1]
      place[2] = p[2] * q[2]
      place[3] = p[3] * q[3]
    }
  }

  /// inputs[column][4], outputs[k][4].
  @inline(__always)
  func forward(_ inputs: UnsafePointer<V>, _ outputs: Plane, _ scratch: Plane, large: Bool) {
    fillTable(inputs, scratch, large: large)
    let (features, values, first) = (layout.termFeature.pointer, coefficient.pointer, layout.first.pointer)
    for k in 0..<form.terms.count {
      var (a, b, c, d) = (V.zeros, V.zeros, V.zeros, V.zeros)
      for t in Int(first[k])..<Int(first[k + 1]) {
        let f = scratch + Int(features[t])
        let value = V(repeating: values[t])
        a = V.mulAdd(value, f[0], a)
        b = V.mulAdd(value, f[1], b)
        c = V.mulAdd(value, f[2], c)
        d = V.mulAdd(value, f[3], d)
      }
      let place = outputs + k * Self.vectors
      place[0] = a
      place[1] = b
      place[2] = c
      place[3] = d
    }
  }

  /// Adds to inputGradient[column][4] and to accumulators[term]; either may be nil.
  @inline(__always)
  func backward(
    _ inputs: UnsafePointer<V>, _ gradient: UnsafePointer<V>, _ inputGradient: Plane?,
    _ accumulators: Plane?, _ scratch: Plane, large: Bool
  ) {
    fillTable(inputs, scratch, large: large)
    if let accumulators {
      let (features, first) = (layout.termFeature.pointer, layout.first.pointer)
      for k in 0..<form.terms.count {
        let g = gradient + k * Self.vectors
        let (a, b, c, d) = (g[0], g[1], g[2], g[3])
        for t in Int(first[k])..<Int(first[k + 1]) {
          let f = scratch + Int(features[t])
          let sum = V.mulAdd(a, f[0], b * f[1]) + V.mulAdd(c, f[2], d * f[3])
          accumulators[t] = accumulators[t] + sum
        }
      }
    }
    guard let inputGradient else { return }
    let factors = scratch + featureVectors
    let factorAdjoint = factors + factorVectors
    let adjoint = factorAdjoint + factorVectors
    for i in 0..<factorVectors + featureVectors { factorAdjoint[i] = V.zeros }
    for f in (1..<max(1, form.features.count)).reversed() {
      let own = adjoint + f * Self.vectors
      var (a, b, c, d) = (own[0], own[1], own[2], own[3])
      for use in Int(layout.useFirst[f])..<Int(layout.useFirst[f + 1]) {
        let g = gradient + Int(layout.useOutput[use]) * Self.vectors
        let value = V(repeating: coefficient[Int(layout.useTerm[use])])
        a = V.mulAdd(value, g[0], a)
        b = V.mulAdd(value, g[1], b)
        c = V.mulAdd(value, g[2], c)
        d = V.mulAdd(value, g[3], d)
      }
      let q = Int(layout.factor[f])
      let up = Int(layout.parent[f])
      let (p, pa) = (scratch + up, adjoint + up)
      let (t, ta) = (factors + q, factorAdjoint + q)
      ta[0] = V.mulAdd(a, p[0], ta[0])
      ta[1] = V.mulAdd(b, p[1], ta[1])
      ta[2] = V.mulAdd(c, p[2], ta[2])
      ta[3] = V.mulAdd(d, p[3], ta[3])
      if up != 0 {
        pa[0] = V.mulAdd(a, t[0], pa[0])
        pa[1] = V.mulAdd(b, t[1], pa[1])
        pa[2] = V.mulAdd(c, t[2], pa[2])
        pa[3] = V.mulAdd(d, t[3], pa[3])
      }
    }
    for (e, encoding) in form.encodings.enumerated() {
      let scale = V.all(encoding.scale)
      let place = inputGradient + encoding.column * Self.vectors
      let (cos, sin) = (factors + 2 * e * Self.vectors, factors + (2 * e + 1) * Self.vectors)
      let (ca, sa) = (factorAdjoint + 2 * e * Self.vectors, factorAdjoint + (2 * e + 1) * Self.vectors)
      for v in 0..<Self.vectors {
        // d cos = -sin, d sin = cos
        let slope = V.mulSub(sin[v], ca[v], cos[v] * sa[v])
        place[v] = V.mulAdd(scale, slope, place[v])
      }
    }
  }

  /// Weight gradient from the accumulators summed over all samples.
  func weightGradient(_ sums: [Double]) -> [Double] {
    form.weightGradient(
      weights: weights, coefficientGradient: sums, inFloat: V.Scalar.elementType == .float32)
  }
}
