// Data sets that are drawn, not read.  The formula of each is beside its name.

import Glibc
import Tensors

/// Sets drawn from a seed.  Sample i has class i % classes unless its position decides; `noise` is the
/// deviation of normal noise that is added to every value last.
public struct Synthetic: Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    /// Two half circles, t uniform in [0, pi]: (cos t, sin t) and (1 - cos t, 1/2 - sin t).
    case moons
    /// Circles of radius 1 and `factor` about the origin, the angle uniform.
    case circles
    /// Normal clouds of deviation `noise` about centres uniform in [-5, 5] per feature, one per class.
    case blobs
    /// Arms r (cos a, sin a), a = 2 pi (turns r + class / classes), r uniform in [0, 1].
    case spirals
    /// Uniform in [-1, 1]; class 1 where an odd number of the features is negative.
    case xor
    /// Binary images [1, height, width] of full columns (bars, class 0) or full rows (stripes, class 1),
    /// each line on with probability 1/2, never all or none (MacKay 2003).
    case barsAndStripes = "bars_and_stripes"
    /// x = tanh(F c / sqrt(latent)) of normal latent c and a normal matrix F; class 1 where a random
    /// network of latent size, v · tanh(W c / sqrt(latent)), is positive (Goldt et al. 2020).
    case hiddenManifold = "hidden_manifold"
    /// Uniform in [-1, 1], moved by `margin` away from a hyperplane through the origin whose unit normal
    /// is drawn; class 1 on the normal's side.
    case linearlySeparable = "linearly_separable"
  }

  public var kind: Kind
  public var count = 200
  public var seed: UInt64 = 0
  /// Values per sample, for blobs, xor, hidden manifold and linearly separable.
  public var features = 2
  /// For blobs and spirals.
  public var classes = 2
  public var noise = 0.0
  public var factor = 0.5
  public var turns = 1.0
  public var margin = 0.1
  public var latent = 2
  public var height = 4, width = 4

  public init(_ kind: Kind) { self.kind = kind }

  public func make() throws -> Dataset {
    try check()
    // A stream of its own for each kind.
    let place = Kind.allCases.firstIndex(of: kind)!
    var stream = RandomStream(seed: seed, purpose: .synthetic, substream: place)
    var values: [Double] = []
    var labels: [Int] = []
    let draw = sampler(&stream)
    for i in 0..<count {
      let (sample, label) = draw(i, &stream)
      values += sample
      labels.append(label)
    }
    if noise > 0 { for i in values.indices { values[i] += noise * stream.normal() } }
    let shape = kind == .barsAndStripes ? [1, height, width] : [values.count / count]
    let isMany = kind == .blobs || kind == .spirals
    return Dataset(
      checked: Tensor(values.map(Float.init), [count] + shape), labels: labels, classes: isMany ? classes : 2)
  }

  private func check() throws {
    let ranges: [(String, Int, ClosedRange<Int>)] = [
      ("count", count, 1...1 << 26), ("features", features, 1...1 << 16), ("classes", classes, 1...1 << 16),
      ("latent", latent, 1...1 << 16), ("height", height, 2...1024), ("width", width, 2...1024),
    ]
    for (name, value, range) in ranges where !range.contains(value) {
      throw EngineError.value("\(name) is \(value); it must be in \(range.lowerBound)..\(range.upperBound)")
    }
    for (name, value) in [("noise", noise), ("margin", margin)] where !(0...1e6).contains(value) {
      throw EngineError.value("\(name) is \(value); it must be in [0, 1e6]")
    }
    guard factor > 0, factor < 1 else { throw EngineError.value("factor is \(factor); it must lie between 0 and 1") }
    guard turns.isFinite, abs(turns) <= 1000 else { throw EngineError.value("turns is \(turns); it must be in [-1000, 1000]") }
    let perSample = kind == .barsAndStripes ? height * width : max(2, features)
    guard count * perSample <= 1 << 28 else {
      throw EngineError.value("\(count) samples of \(perSample) values are more than 2^28 values")
    }
    guard kind != .hiddenManifold || latent * max(features, latent) <= 1 << 26 else {
      throw EngineError.value("\(features) features of \(latent) latent ones need a matrix of more than 2^26 values")
    }
  }

  /// How to draw sample i, after what all samples share was drawn.
  private func sampler(_ stream: inout RandomStream) -> (Int, inout RandomStream) -> ([Double], Int) {
    let (features, classes) = (features, classes)
    switch kind {
    case .moons:
      return { i, stream in
        let t = .pi * stream.uniform()
        return i % 2 == 0 ? ([cos(t), sin(t)], 0) : ([1 - cos(t), 0.5 - sin(t)], 1)
      }
    case .circles:
      return { [factor] i, stream in
        let (angle, radius) = (2 * .pi * stream.uniform(), i % 2 == 0 ? 1 : factor)
        return ([radius * cos(angle), radius * sin(angle)], i % 2)
      }
    case .blobs:
      let centres = (0..<classes).map { _ in uniform(features, -5, 5, &stream) }
      return { i, _ in (centres[i % classes], i % classes) }
    case .spirals:
      return { [turns] i, stream in
        let radius = stream.uniform()
        let angle = 2 * .pi * (turns * radius + Double(i % classes) / Double(classes))
        return ([radius * cos(angle), radius * sin(angle)], i % classes)
      }
    case .xor:
      return { _, stream in
        let x = uniform(features, -1, 1, &stream)
        return (x, x.count { $0 < 0 } % 2)
      }
    case .barsAndStripes: return { [height, width] i, stream in (lines(height, width, i % 2, &stream), i % 2) }
    case .hiddenManifold:
      let scale = 1 / Double(latent).squareRoot()
      let spread = normal(features * latent, scale, &stream)
      let hidden = normal(latent * latent, scale, &stream)
      let weights = normal(latent, 1, &stream)
      return { [latent] _, stream in
        let c = normal(latent, 1, &stream)
        let teacher = zip(weights, times(hidden, c)).reduce(0) { $0 + $1.0 * tanh($1.1) }
        return (times(spread, c).map(tanh), teacher > 0 ? 1 : 0)
      }
    case .linearlySeparable:
      var axis = normal(features, 1, &stream)
      let length = axis.reduce(0) { $0 + $1 * $1 }.squareRoot()
      axis = axis.map { $0 / length }
      return { [axis, margin] _, stream in
        let x = uniform(features, -1, 1, &stream)
        let side = zip(x, axis).reduce(0) { $0 + $1.0 * $1.1 } > 0 ? 1.0 : -1.0
        return (zip(x, axis).map { $0 + side * margin * $1 }, side > 0 ? 1 : 0)
      }
    }
  }
}

private func uniform(_ count: Int, _ low: Double, _ high: Double, _ stream: inout RandomStream) -> [Double] {
  (0..<count).map { _ in low + (high - low) * stream.uniform() }
}

private func normal(_ count: Int, _ deviation: Double, _ stream: inout RandomStream) -> [Double] {
  (0..<count).map { _ in deviation * stream.normal() }
}

/// A matrix of as many columns as the vector is long, times it.
private func times(_ matrix: [Double], _ vector: [Double]) -> [Double] {
  stride(from: 0, to: matrix.count, by: vector.count).map { row in
    vector.indices.reduce(0) { $0 + matrix[row + $1] * vector[$1] }
  }
}

/// An image of full columns (class 0) or full rows (class 1).
private func lines(_ height: Int, _ width: Int, _ label: Int, _ stream: inout RandomStream) -> [Double] {
  let count = label == 0 ? width : height
  var on: [Bool]
  repeat { on = (0..<count).map { _ in stream.uniform() < 0.5 } } while on.allSatisfy { $0 } || on.allSatisfy { !$0 }
  return (0..<height).flatMap { row in (0..<width).map { column in on[label == 0 ? column : row] ? 1 : 0 } }
}
