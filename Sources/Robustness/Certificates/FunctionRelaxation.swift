// Straight lines below and above functions of one value over an interval.
// Intervals of their values are in FunctionBounds.swift.

import Glibc
import Learning
import Tensors

/// How a function bends over all intervals it is asked about.
private enum Bend {
  case straight, convex, concave
  /// Convex below 0, concave above.
  case sigmoid
  /// Its second derivative is at most this.
  case limited(Double)
  /// By its side of 0: convex above, concave below.
  case bySide
  case unknown
}

extension FunctionLayer {
  private var bend: Bend {
    switch function {
    case .negate: return .straight
    case .relu, .abs, .square, .exp, .expm1, .softplus: return .convex
    case .leakyRelu: return parameter <= 1 ? .convex : .concave
    case .elu: return 0...1 ~= parameter ? .convex : .unknown
    case .log, .log1p, .sqrt: return .concave
    case .sigmoid, .tanh: return .sigmoid
    case .sin, .cos: return .limited(1)
    // At 0: 2 / √(2π) and 1/2.
    case .gelu: return .limited(0.8)
    case .silu: return .limited(0.5)
    case .reciprocal: return .bySide
    case .sign, .floor, .ceil, .round, .power: return .unknown
    }
  }

  var tightens: Tightening {
    switch function {
    case .relu, .leakyRelu, .abs: return .aroundZero
    case .negate: return .none
    default: return .all
    }
  }

  /// Convex functions lie below their chord and above the tangent in the middle (for ReLU that is slope 1 where it rises on
  /// the larger part, 0 elsewhere: the adaptive choice of Zhang et al. 2018); concave ones the other way round.
  func relaxation(_ box: Box, _ out: Box, _ settings: BoundSettings) throws -> Relaxation {
    let middle = box.centreAndRadius.centre
    let at = Variable(middle, requiresGradient: true)
    let values = try forward(at)
    let ones = Tensor(uninitialized: .float64, middle.shape)
    ones.fill(1)
    let slopes = try values.gradients(for: [at], seed: ones)[0]
    let (first, last) = (try infer(box.low), try infer(box.high))
    let (low, high, m) = (box.low.doubles, box.high.doubles, middle.doubles)
    var band = Band(identity: box.shape)
    let bend = bend
    for i in low.indices {
      let (a, b) = (low[i], high[i])
      let own = chord(a, first[i], b, last[i])
      let tangent = Line(slope: slopes[i], offset: values.value[i] - slopes[i] * m[i])
      var (below, above) = (Line(slope: 0, offset: out.low[i]), Line(slope: 0, offset: out.high[i]))
      switch bend {
      case .straight: (below, above) = (own, own)
      case _ where !(b - a > 1e-9 * max(1, abs(a))): break
      case .convex: (below, above) = (tangent, own)
      case .concave: (below, above) = (own, tangent)
      case .bySide: (below, above) = a > 0 ? (tangent, own) : (own, tangent)
      case .sigmoid: (below, above) = a >= 0 ? (own, tangent) : b <= 0 ? (tangent, own) : crossing(a, b, own)
      case .limited(let curvature):
        // A function is this far from its chord at most.
        let reach = curvature * (b - a) * (b - a) / 8
        if 2 * reach < out.high[i] - out.low[i] {
          below = Line(slope: own.slope, offset: own.offset - reach)
          above = Line(slope: own.slope, offset: own.offset + reach)
        }
      case .unknown: break
      }
      // Values at the ends are rounded, and so are products with slopes.
      let slack = 1e-13 * (max(abs(a), abs(b)) * (abs(below.slope) + abs(above.slope)) + max(abs(first[i]), abs(last[i])))
      below.offset -= slack
      above.offset += slack
      band.set(i, low: below, high: above)
    }
    return .band(band)
  }

  /// Lines around an S-shaped function over an interval with 0 inside: from an end to where they touch the other part, or the
  /// chord where they would touch it outside.
  private func crossing(_ a: Double, _ b: Double, _ chord: Line) -> (below: Line, above: Line) {
    let above = touching(a, b, Self.value(function), Self.slope(function)) ?? chord
    // -f(-x) is S-shaped too.
    let value = Self.value(function)
    let slope = Self.slope(function)
    let mirrored = touching(-b, -a, { -value(-$0) }, { slope(-$0) })
    return (mirrored.map { Line(slope: $0.slope, offset: -$0.offset) } ?? chord, above)
  }

  /// The tangent at some d in (0, b] that passes above (a, f(a)), a < 0, as closely as bisection finds it; nil where the chord
  /// from a to b is above f.
  private func touching(_ a: Double, _ b: Double, _ f: (Double) -> Double, _ slope: (Double) -> Double) -> Line? {
    let start = f(a)
    // Above 0 where the tangent at d passes below (a, f(a)).
    func gap(_ d: Double) -> Double { slope(d) * (d - a) - (f(d) - start) }
    if gap(b) >= 0 { return nil }
    var (p, q) = (0.0, b)
    for _ in 0..<40 {
      let d = (p + q) / 2
      if gap(d) >= 0 { p = d } else { q = d }
    }
    return Line(slope: slope(q), offset: f(q) - slope(q) * q)
  }

  /// Of sigmoid and tanh.
  private static func value(_ function: Function) -> (Double) -> Double {
    function == .tanh ? { tanh($0) } : { 0.5 + 0.5 * tanh($0 / 2) }
  }

  private static func slope(_ function: Function) -> (Double) -> Double {
    func steepness(_ t: Double) -> Double { (1 - t) * (1 + t) }
    return function == .tanh ? { steepness(tanh($0)) } : { 0.25 * steepness(tanh($0 / 2)) }
  }
}
