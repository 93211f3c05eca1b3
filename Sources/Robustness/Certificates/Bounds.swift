// What a model makes of a box of inputs, layer by layer: intervals (Gowal et al. 2018), and linear functions where asked for.
// Layers are in AffineBounds.swift, MonotoneBounds.swift, FunctionRelaxation.swift, NormalisationBounds.swift,
// MixtureBounds.swift, ContainerBounds.swift and QuantumBounds.swift.

import Learning
import Tensors

/// How bounds are found.  Raw values are those of `hqnn_bound_method`.
public enum BoundMethod: UInt32, CaseIterable, Sendable {
  /// An interval for each value, layer by layer.
  case interval = 0
  /// Linear functions pulled back through the whole model, around values in these intervals (CROWN-IBP: Zhang et al. 2020).
  case linear
  /// The same, with the intervals in front of nonlinear layers from linear functions too (CROWN: Zhang et al. 2018).
  case crown
}

/// How tight bounds are made.
package struct BoundSettings: Sendable {
  package var method = BoundMethod.interval
  /// How much wider than the exact range of a circuit's output its bounds may be.
  package var tolerance = 1e-3
  package init() {}
}

/// Which intervals of a layer's inputs are worth tightening.
enum Tightening {
  case none
  /// Those with 0 inside, where the layer has a corner.
  case aroundZero
  case all
}

/// A layer that knows what it makes of a box of inputs.  It is built for Double and in evaluation mode.
protocol BoundedLayer: Layer {
  /// A box that contains the outputs for all inputs in a box.
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box
  /// Whether it is affine, so that linear functions lose nothing.
  var isAffine: Bool { get }
  /// Linear functions around the outputs over a box, whose outputs lie in `out`.
  func relaxation(_ box: Box, _ out: Box, _ settings: BoundSettings) throws -> Relaxation
  var tightens: Tightening { get }
}

extension BoundedLayer {
  var isAffine: Bool { false }
  var tightens: Tightening { .none }
  func relaxation(_ box: Box, _ out: Box, _ settings: BoundSettings) throws -> Relaxation {
    .band(Band(inputShape ?? [], between: out))
  }
}

/// A box of outputs and the way there from the inputs.
typealias Relaxed = (box: Box, step: Relaxation)

/// A layer whose bounds are made of those of layers inside.
protocol RelaxedContainer: Layer {
  /// `way` leads from the model's inputs to these.
  func relax(_ box: Box, _ way: [Relaxation], _ relaxer: Relaxer) throws -> Relaxed
}

extension Layer {
  /// The layer's bound; one without is named.
  func relaxed(_ box: Box, _ way: [Relaxation], _ relaxer: Relaxer) throws -> Relaxed {
    if let container = self as? any RelaxedContainer { return try container.relax(box, way, relaxer) }
    guard let layer = self as? any BoundedLayer else {
      throw EngineError.value("there is no interval bound for \(Self.aKind(title)); certify by randomised smoothing, which takes any model")
    }
    let settings = relaxer.settings
    let box = settings.method == .crown ? try relaxer.tightened(box, way, layer.tightens) : box
    let out = try layer.bound(box, settings)
    let isWanted = settings.method != .interval || layer.isAffine
    return (out, isWanted ? try layer.relaxation(box, out, settings) : .none)
  }

  static func aKind(_ title: String) -> String { "layers of kind \"\(title)\"" }

  /// A child's bound, with its place in front of what goes wrong.
  func relaxChild(
    _ child: Layer, _ place: String, _ box: Box, _ way: [Relaxation], _ relaxer: Relaxer
  ) throws -> Relaxed {
    do { return try child.relaxed(box, way, relaxer) } catch let error as EngineError {
      throw EngineError(error.kind, "\(place): \(error.message)")
    }
  }

  /// Bounds of the outputs for all inputs in a box low...high, [batch, ...] each.  The model is copied in Double; bounds
  /// are those of its exact values up to rounding of that.
  package func bounds(low: Tensor, high: Tensor, _ settings: BoundSettings = BoundSettings()) throws -> Box {
    guard low.shape == high.shape else {
      throw EngineError.shape("low is \(Tensors.describe(shape: low.shape)), high \(Tensors.describe(shape: high.shape)); they must agree")
    }
    guard let inputShape, low.shape.dropFirst().elementsEqual(inputShape), low.rank >= 1, low.shape[0] > 0 else {
      throw EngineError.shape("the model takes {batch, \((inputShape ?? []).map(String.init).joined(separator: ", "))}, the box is \(Tensors.describe(shape: low.shape))")
    }
    for i in 0..<low.count {
      guard low[i] <= high[i], low[i].isFinite, high[i].isFinite else {
        throw EngineError.value("the box is \(low[i])...\(high[i]) in value \(i); low must be at most high, both finite")
      }
    }
    let twin = try inDouble()
    let (low, high) = (low.cast(to: .float64), high.cast(to: .float64))
    if settings.method == .interval { return try twin.relaxed(Box(low, high), [], Relaxer(Region(box: Box(low, high)), settings)).box }
    // One by one: linear functions are worked out for every output, and differ from sample to sample.
    let all = try (0..<low.shape[0]).map { row -> Box in
      let box = Box(low.rows(row..<row + 1), high.rows(row..<row + 1))
      let relaxer = Relaxer(Region(box: box), settings)
      let found = try twin.relaxed(box, [], relaxer)
      return try relaxer.tightened(found.box, [found.step], Array(0..<found.box.low.count))
    }
    return try Box(joining: all, axis: 0)
  }
}

/// Points that an attack may choose from.
struct Region {
  let box: Box
  /// Of the box those within a distance in L2 of a centre.
  var ball: (centre: Tensor, radius: Double)?

  init(box: Box, ball: (centre: Tensor, radius: Double)? = nil) { (self.box, self.ball) = (box, ball) }

  func least(_ f: Functionals) -> [Double] {
    guard let ball else { return f.least(over: box) }
    return leastValues(f.weights, f.constants, box, centre: ball.centre, radius: ball.radius, count: f.count)
  }
}

/// What layers are told while boxes go through a model.
final class Relaxer {
  let region: Region
  let settings: BoundSettings

  init(_ region: Region, _ settings: BoundSettings) { (self.region, self.settings) = (region, settings) }

  /// A box of values made tighter by pulling them back to the model's inputs.
  func tightened(_ box: Box, _ way: [Relaxation], _ which: Tightening) throws -> Box {
    // Behind one affine map of the inputs' box intervals are exact.
    guard which != .none, way.reduce(0, { $0 + $1.mixings }) > 1 || region.ball != nil else { return box }
    let (batch, width) = (box.shape[0], box.low.count / box.shape[0])
    let places = (0..<width).filter { i in
      (0..<batch).contains { row in
        let (low, high) = (box.low[row * width + i], box.high[row * width + i])
        return which == .all ? low < high : low < 0 && high > 0
      }
    }
    return try tightened(box, way, places)
  }

  /// The same for values at these places of each sample.
  func tightened(_ box: Box, _ way: [Relaxation], _ places: [Int]) throws -> Box {
    let (batch, width) = (box.shape[0], box.low.count / box.shape[0])
    let (low, high) = (box.low.copy(), box.high.copy())
    for piece in chunks(of: places.count, max(1, 128 / batch)) {
      try Cancellation.check()
      let count = 2 * piece.count
      var f = Functionals(zero: box.shape, count: count)
      for row in 0..<batch {
        for (k, number) in piece.enumerated() {
          f.weights[(row * count + 2 * k) * width + places[number]] = 1
          f.weights[(row * count + 2 * k + 1) * width + places[number]] = -1
        }
      }
      f = try way.reversed().reduce(f) { try $1.pull($0) }
      let least = region.least(f)
      for row in 0..<batch {
        for (k, number) in piece.enumerated() {
          let i = row * width + places[number]
          let (below, above) = (least[row * count + 2 * k], -least[row * count + 2 * k + 1])
          // Of a point both are rounded.
          guard max(low[i], below) <= min(high[i], above) else { continue }
          (low[i], high[i]) = (max(low[i], below), min(high[i], above))
        }
      }
    }
    return Box(low, high)
  }
}
