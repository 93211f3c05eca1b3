// Random noise of the attack's own size: a control that any attack must beat.

import Glibc
import Learning
import Tensors

/// Draws noise several times and keeps the first draw that is adversarial, or else the first.
///
/// distribution: "uniform" is a uniform point of the ball; "gaussian" has independent normal values, "signs" equal sizes
/// with random signs, both scaled so that the whole has size eps.  Clipping to the data range makes them smaller.  With one
/// draw nothing is asked of the model, with more the predicted class.
struct RandomNoise: Attack {
  static let name = "noise"
  static let summary = "random noise of size eps, a control"
  static let norms: [ThreatModel.Norm] = [.linf, .l2, .l1]
  static let knowledge = ThreatModel.Knowledge.decisions

  private let draws: Int
  private let distribution: String

  init(_ settings: AttackSettings) throws {
    distribution = try settings.word("distribution", of: ["uniform", "gaussian", "signs"])
    draws = try settings.integer("draws", default: 10)
  }

  var isRandom: Bool { true }

  func run(_ victim: Victim) throws {
    var streams = victim.allRows.map { victim.stream($0, 6) }
    for draw in 0..<draws {
      let rows = victim.open
      if rows.isEmpty { return }
      let x = noisy(victim, rows, &streams)
      if draws == 1 { return victim.keep(x, rows) }
      let logits = try victim.logits(x, rows)
      for (i, row) in rows.enumerated() {
        let isAdversarial = victim.isAdversarial(logits, i, row)
        if isAdversarial || draw == 0 { victim.keep(x, i, row: row, isAdversarial: isAdversarial) }
      }
    }
  }

  private func noisy(_ victim: Victim, _ rows: [Int], _ streams: inout [RandomStream]) -> Tensor {
    let x = victim.cleanRows(rows)
    let (threat, width) = (victim.threat, victim.width)
    for (i, row) in rows.enumerated() {
      let noise = noise(width, threat.norm, victim.eps[row], &streams[row])
      for j in 0..<width {
        let place = i * width + j
        x[place] = min(threat.high, max(threat.low, x[place] + noise[j]))
      }
    }
    return x
  }

  private func noise(_ width: Int, _ norm: ThreatModel.Norm, _ eps: Double, _ stream: inout RandomStream) -> [Double] {
    var size = eps
    var values: [Double]
    switch distribution {
    case "signs": values = (0..<width).map { _ in stream.next() & 1 == 0 ? 1 : -1 }
    case "gaussian": values = (0..<width).map { _ in stream.normal() }
    default:
      if norm == .linf { return (0..<width).map { _ in eps * (2 * stream.uniform() - 1) } }
      // Normal values in L2 and double exponential ones in L1 point anywhere on the ball's surface alike.
      values = (0..<width).map { _ in
        if norm == .l2 { return stream.normal() }
        let sign = stream.next() & 1 == 0 ? 1.0 : -1.0
        return -sign * log(1 - stream.uniform())
      }
      size *= pow(stream.uniform(), 1 / Double(width))
    }
    var length = 0.0
    for value in values {
      switch norm {
      case .linf: length = max(length, abs(value))
      case .l2: length += value * value
      case .l1, .l0: length += abs(value)
      }
    }
    if norm == .l2 { length = length.squareRoot() }
    let scale = size / max(length, 1e-300)
    return values.map { $0 * scale }
  }
}
