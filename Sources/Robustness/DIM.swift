// Input diversity, DI²-FGSM (Xie, Zhang, Zhou, Bai, Wang, Ren, Yuille 2019), with a memory as in their M-DI²-FGSM.

import Learning
import Tensors

/// Gradient steps that look at a randomly shrunk and padded image each time, so that what they find carries over to other
/// models: with probability `diversity`, the image is resized to between `resize` and all of its size (bilinear) and put at
/// a random place on a ground of the range's lowest value.  The gradient goes back through that map.
///
/// Images {batch, c, h, w} only.  `decay` 0 is DI²-FGSM, 1 is M-DI²-FGSM.
struct DIM: Attack {
  static let name = "dim"
  static let summary = "gradient steps through random resizing and padding (Xie et al. 2019)"
  static let norms: [ThreatModel.Norm] = [.linf, .l2]
  static let knowledge = ThreatModel.Knowledge.gradients

  private let stepping: GradientSteps
  private let decay: Double
  private let diversity: Double
  private let resize: Double

  init(_ settings: AttackSettings) throws {
    stepping = try GradientSteps(settings, random: false)
    decay = try settings.number("decay", default: 1, in: 0 ... .infinity)
    diversity = try settings.number("diversity", default: 0.5, in: 0...1)
    resize = try settings.number("resize", default: 0.9, in: 0...1)
  }

  var isRandom: Bool { true }

  func run(_ victim: Victim) throws {
    let shape = victim.clean.shape
    guard shape.count == 4 else {
      throw EngineError.shape("dim resizes images {batch, channels, height, width}; the samples are \(describe(shape: shape))")
    }
    let momentum = Tensor(victim.type, shape)
    var streams = victim.allRows.map { victim.stream($0, 1) }
    try stepping.run(
      victim, usualAlpha: { $0 / Double(stepping.steps) },
      ask: { x, rows in
        let frames = rows.map { frame(shape[2], shape[3], &streams[$0]) }
        var found = try victim.gradient(frames.shrink(x, ground: victim.threat.low), rows)
        found.gradient = frames.spread(found.gradient)
        return try stepping.judged(victim, x, rows, found)
      },
      direction: { gradient, rows in
        accumulateNormalized(gradient, into: momentum, rows: rows, decay: decay)
        return rows.count == victim.count ? momentum : gatherRows(momentum, rows[...])
      })
  }

  /// Where one image is put this time; every call takes the same number of draws.
  private func frame(_ height: Int, _ width: Int, _ stream: inout RandomStream) -> ImageFrame {
    let (chance, size, up, left) = (stream.uniform(), stream.uniform(), stream.uniform(), stream.uniform())
    guard chance < diversity else { return ImageFrame(height: height, width: width, top: 0, left: 0) }
    let scale = resize + (1 - resize) * size
    let h = max(1, Int((scale * Double(height)).rounded()))
    let w = max(1, Int((scale * Double(width)).rounded()))
    return ImageFrame(
      height: h, width: w, top: Int(up * Double(height - h + 1)), left: Int(left * Double(width - w + 1)))
  }
}
