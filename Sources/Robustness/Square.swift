// Square attack: random search with square-shaped changes (Andriushchenko, Croce, Flammarion, Hein 2020).
// The changes themselves are in SquareKernels.swift.

import Learning
import Tensors

/// Proposes a change of a window at a random place and takes it when the margin z[y] - max z[k] becomes smaller (targeted:
/// max z[k] - z[t]).
///
/// L∞ (algorithm 2): starts from vertical stripes of ±eps; a square's values become ±eps, one sign for each channel.
/// L2 (algorithm 3): starts from a grid of bumps; the budget of two windows moves into one of them.  The share of values that
/// a window covers is p_init, halved after 10, 50, 200, 500, 1000, 2000, 4000, 6000 and 8000 of 10,000 queries, or the same
/// shares of another number.  A sample asks once for its start and once for each proposal, until it is adversarial.
///
/// Samples {channels, height, width} are images; any others are one row of values, where a square is a run.
struct Square: Attack {
  static let name = "square"
  static let summary = "random search with squares (Andriushchenko et al. 2020)"
  static let norms: [ThreatModel.Norm] = [.linf, .l2]
  static let knowledge = ThreatModel.Knowledge.scores

  private let queries: Int
  private let share: Double
  private let norm: ThreatModel.Norm

  init(_ settings: AttackSettings) throws {
    queries = try settings.integer("queries", default: 5000)
    share = try settings.number("p_init", default: 0.8, in: 0...1, orAbove: 0)
    norm = settings.threat.norm
  }

  var isRandom: Bool { true }

  func run(_ victim: Victim) throws {
    let geometry = SquareGeometry(victim)
    var streams = victim.allRows.map { victim.stream($0, 1) }
    var margins = [Double](repeating: -.infinity, count: victim.count)
    var rows = victim.allRows
    for query in 0..<queries {
      // What was kept last is what a proposal starts from; a clean row before the first.
      let x = gatherRows(victim.kept, rows[...])
      let place = SquarePlace(geometry, share: share(query))
      let eps = rows.map { victim.eps[$0] }
      propose(x, rows, victim, place, eps, isFirst: query == 0, &streams)
      let logits = try victim.logits(x, rows)
      let values = victim.losses(logits, rows, .margin(kappa: .infinity))
      var open: [Int] = []
      for (i, row) in rows.enumerated() {
        let isAdversarial = victim.isAdversarial(logits, i, row)
        if isAdversarial || values[i] > margins[row] {
          victim.keep(x, i, row: row, isAdversarial: isAdversarial)
          margins[row] = values[i]
        }
        if !isAdversarial { open.append(row) }
      }
      rows = open
      if rows.isEmpty { return }
    }
  }

  /// The share of values that a proposal changes, at this query.
  private func share(_ query: Int) -> Double {
    let of10000 = query * 10_000 / queries
    let halvings = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000].prefix { of10000 > $0 }.count
    return share / Double(1 << halvings)
  }

  private func propose(
    _ x: Tensor, _ rows: [Int], _ victim: Victim, _ place: SquarePlace, _ eps: [Double], isFirst: Bool,
    _ streams: inout [RandomStream]
  ) {
    let threat = victim.threat
    for (i, row) in rows.enumerated() {
      let change = SquareChange(
        place: place, norm: norm, isFirst: isFirst, eps: eps[i], low: threat.low, high: threat.high)
      change.apply(x, i, clean: victim.clean, row, &streams[row])
    }
  }
}

/// The sides of a sample.
struct SquareGeometry {
  let channels, height, width: Int

  init(_ victim: Victim) {
    let shape = Array(victim.clean.shape.dropFirst())
    (channels, height, width) = shape.count == 3 ? (shape[0], shape[1], shape[2]) : (1, 1, victim.width)
  }
}

/// The sides of a window.
struct SquarePlace {
  let image: SquareGeometry
  let high, wide: Int

  /// share: of the pixels that the window covers.
  init(_ image: SquareGeometry, share: Double) {
    self.image = image
    let pixels = share * Double(image.height * image.width)
    if image.height == 1 || image.width == 1 {
      high = image.height == 1 ? 1 : max(1, min(image.height, Int(pixels.rounded())))
      wide = image.width == 1 ? 1 : max(1, min(image.width, Int(pixels.rounded())))
    } else {
      // A window of all pixels could only be turned about.
      let side = Int(pixels.squareRoot().rounded())
      high = max(1, min(side, image.height - 1))
      wide = max(1, min(side, image.width - 1))
    }
  }
}
