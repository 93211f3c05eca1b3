// Zeroth order optimisation (Chen, Zhang, Sharma, Yi, Hsieh 2017): Carlini & Wagner's attack without gradients.
// The loops are in ZOOKernels.swift.

import Learning
import Tensors

/// Makes |x - x⁰|₂² + c max(z[y] - max z[k], -kappa) small (targeted: max z[k] - z[t]) by Adam on single values: the second
/// term's slopes are (f(x + h e_i) - f(x - h e_i)) / 2h for a few values i drawn in each step.
///
/// c is looked for by halving, from what fails to what succeeds, over `search_steps` runs from the clean sample; the
/// nearest adversarial point of all is kept.  A sample asks search_steps · steps · (2 coordinates + 1) times.  The paper's h is
/// 1e-4, which outputs in Float hardly resolve.
struct ZOO: Attack {
  static let name = "zoo"
  static let summary = "Carlini & Wagner with differences of outputs (Chen et al. 2017)"
  static let norms: [ThreatModel.Norm] = [.l2]
  static let knowledge = ThreatModel.Knowledge.scores
  static let isMinimal = true

  private let steps, searchSteps, coordinates: Int
  private let rate, initialC, kappa, h: Double

  init(_ settings: AttackSettings) throws {
    steps = try settings.integer("steps", default: 200)
    searchSteps = try settings.integer("search_steps", default: 5)
    coordinates = try settings.integer("coordinates", default: 32)
    rate = try settings.number("lr", default: 0.02, orAbove: 0)
    initialC = try settings.number("initial_c", default: 1, orAbove: 0)
    kappa = try settings.number("kappa", default: 0, in: 0 ... .infinity)
    h = try settings.number("h", default: 1e-3, orAbove: 0)
  }

  var isRandom: Bool { true }

  func run(_ victim: Victim) throws {
    let search = DecisionSearch(victim)
    var streams = victim.allRows.map { victim.stream($0, 7) }
    var c = [Double](repeating: initialC, count: victim.count)
    var (low, high) = ([Double](repeating: 0, count: victim.count), [Double](repeating: .infinity, count: victim.count))
    for _ in 0..<searchSteps {
      let succeeded = try descend(search, c, &streams)
      for row in victim.allRows {
        if succeeded[row] { high[row] = c[row] } else { low[row] = c[row] }
        c[row] = high[row].isFinite ? (low[row] + high[row]) / 2 : c[row] * 10
      }
    }
  }

  /// One run with these c; tells which rows were adversarial on the way.
  private func descend(_ search: DecisionSearch, _ c: [Double], _ streams: inout [RandomStream]) throws -> [Bool] {
    let victim = search.victim
    let rows = victim.allRows
    let (loss, count) = (LogitLoss.margin(kappa: kappa), min(coordinates, victim.width))
    let x = victim.clean.copy()
    var adam = CoordinateAdam(like: x)
    var succeeded = [Bool](repeating: false, count: rows.count)
    for _ in 0..<steps {
      for (row, answer) in try search.visit(x, rows).enumerated() where answer { succeeded[row] = true }
      // As many rows at once as the model takes together.
      let group = max(1, victim.model.chunkSize / (2 * count))
      for range in chunks(of: rows.count, group) {
        let these = Array(range)
        let chosen = these.map { row in (0..<count).map { streams[row].drawDistinct($0, of: victim.width) } }
        let places = resolved(chosen, victim.width)
        let points = coordinatePoints(x, these, places, h)
        let asked = these.flatMap { row in Array(repeating: row, count: 2 * count) }
        let values = victim.losses(try victim.logits(points, asked), asked, loss)
        for (i, row) in these.enumerated() {
          // The loss grows towards success: f is its negative.
          let slopes = (0..<count).map { k -> Double in
            let first = 2 * (i * count + k)
            return -c[row] * (values[first] - values[first + 1]) / (2 * h)
          }
          adam.descend(x, victim.clean, row, places[i], slopes, rate, low: victim.threat.low, high: victim.threat.high)
        }
      }
    }
    for (row, answer) in try search.visit(x, rows).enumerated() where answer { succeeded[row] = true }
    return succeeded
  }

  /// Distinct places from the draws of a Fisher-Yates shuffle: draw k swaps place k with a place from k on.
  private func resolved(_ draws: [[Int]], _ width: Int) -> [[Int]] {
    draws.map { draws in
      var moved: [Int: Int] = [:]
      return draws.enumerated().map { k, other in
        let value = moved[other] ?? other
        moved[other] = moved[k] ?? k
        return value
      }
    }
  }
}

extension RandomStream {
  /// The k-th draw of a shuffle of `count`: a place in k..<count.
  fileprivate mutating func drawDistinct(_ k: Int, of count: Int) -> Int { k + below(count - k) }
}
