// The elastic-net attack (Chen, Sharma, Zhang, Yi, Hsieh 2018).

import Learning
import Tensors

/// Makes c · max(z_y - max other + kappa, 0) + |x - x⁰|₂² + beta · |x - x⁰|₁ small by steps with shrinkage and a look ahead
/// (FISTA, Beck & Teboulle 2009), and looks for the smallest weight c, for each sample, that finds an example.
///
///   x' = S(y - a ∇),  y = x' + k / (k + 3) · (x' - x),  a = rate · √(1 - k / steps)
///
/// where S takes beta off every change, those smaller than that away, and clips to the data range.  Of all points on the
/// way, the adversarial one with the smallest |x - x⁰|₁ is kept: the paper's L1 decision rule.
struct EAD: Attack {
  static let name = "ead"
  static let summary = "the smallest L1 perturbation by elastic-net optimisation (Chen et al. 2018)"
  static let norms: [ThreatModel.Norm] = [.l1]
  static let knowledge = ThreatModel.Knowledge.gradients
  static let isMinimal = true

  private let steps: Int
  private let searches: Int
  private let rate: Double
  private let weight: Double
  private let kappa: Double
  private let beta: Double

  init(_ settings: AttackSettings) throws {
    steps = try settings.integer("steps", default: 100)
    searches = try settings.integer("search_steps", default: 9)
    rate = try settings.number("lr", default: 0.01, orAbove: 0)
    weight = try settings.number("initial_c", default: 0.01, orAbove: 0)
    kappa = try settings.number("kappa", default: 0, in: 0 ... .infinity)
    beta = try settings.number("beta", default: 0.001, in: 0 ... .infinity)
  }

  func run(_ victim: Victim) throws {
    let nearest = Nearest(victim)
    var search = WeightSearch(weight, victim.count)
    for _ in 0..<searches {
      search.learn(try descend(victim, search.weights, nearest))
    }
  }

  /// One descent of all rows; tells which came across an example.
  private func descend(_ victim: Victim, _ c: [Double], _ nearest: Nearest) throws -> [Bool] {
    let (low, high) = (victim.threat.low, victim.threat.high)
    var found = [Bool](repeating: false, count: victim.count)
    var before = [Double](repeating: .infinity, count: victim.count)
    var rows = victim.allRows
    var (x, ahead, clean) = (victim.clean.copy(), victim.clean.copy(), victim.clean)
    for step in 0..<steps {
      let gradient = try victim.gradient(ahead, rows, .margin(kappa: kappa)).gradient
      let size = rate * (1 - Double(step) / Double(steps)).squareRoot()
      shrinkingStep(
        x, ahead: ahead, gradient, clean: clean, c: rows.map { c[$0] }, size: size, beta: beta,
        push: Double(step) / Double(step + 3), low: low, high: high)
      let logits = try victim.logits(x, rows)
      for (i, isThere) in nearest.offer(x, rows, logits, clean: clean, confidence: kappa).enumerated() where isThere {
        found[rows[i]] = true
      }
      guard step % max(1, steps / 10) == 0 else { continue }
      let losses = victim.losses(logits, rows, .margin(kappa: kappa))
      let (near, far) = (distances(x, clean, .l1), distances(x, clean, .l2))
      let open = rows.indices.filter { i in
        let cost = far[i] * far[i] + beta * near[i] + c[rows[i]] * (kappa - losses[i])
        defer { before[rows[i]] = cost }
        return !(cost > 0.9999 * before[rows[i]])
      }
      if open.isEmpty { break }
      if open.count < rows.count {
        rows = open.map { rows[$0] }
        let left = gather(open, [x, ahead, clean])
        (x, ahead, clean) = (left[0], left[1], left[2])
      }
    }
    return found
  }
}

/// The search of Carlini and Wagner (2017) for the smallest weight with which an example is found, for each row: times ten
/// until one is, then halvings.
struct WeightSearch {
  private(set) var weights: [Double]
  private var lower: [Double]
  private var upper: [Double]

  init(_ first: Double, _ count: Int) {
    weights = Array(repeating: first, count: count)
    lower = Array(repeating: 0, count: count)
    upper = Array(repeating: .infinity, count: count)
  }

  mutating func learn(_ found: [Bool]) {
    for row in weights.indices {
      if found[row] { upper[row] = min(upper[row], weights[row]) } else { lower[row] = max(lower[row], weights[row]) }
      weights[row] = upper[row] < .infinity ? (lower[row] + upper[row]) / 2 : weights[row] * 10
    }
  }
}
