// Limited-memory BFGS.  Its line search is in StrongWolfe.swift.

import Glibc
import Tensors

/// Liu and Nocedal 1989: steps along -H g, H being built from the last `history` pairs of moves and changes of the
/// gradient by the two-loop recursion (Nocedal and Wright 2006, algorithm 7.4), with a strong Wolfe line search.
///
/// One `step` makes up to `iterations` of them on one loss function: on a full batch, or on the mini-batch at hand, whose
/// gradients alone make a pair.  It ends early when no element of the gradient exceeds `tolerance`.  lr is the first
/// trial of every line search.  Parameter groups and learning-rate schedules scale nothing but that trial.
public final class LBFGS: Optimizer {
  public let history, iterations: Int
  public let tolerance: Double
  /// Moves and changes of the gradient, oldest first; all tensors one after the other.
  private var moves: [[Double]] = []
  private var changes: [[Double]] = []

  /// lr above 0, history and iterations 1 or more, tolerance and weight decay 0 or more.
  public init(
    lr: Double = 1, history: Int = 10, iterations: Int = 20, tolerance: Double = 1e-7, weightDecay: Double = 0
  ) throws {
    guard history >= 1 else { throw EngineError.value("history is \(history); it must be 1 or more") }
    guard iterations >= 1 else { throw EngineError.value("iterations is \(iterations); it must be 1 or more") }
    try check("tolerance", tolerance, tolerance >= 0, "0 or more")
    (self.history, self.iterations, self.tolerance) = (history, iterations, tolerance)
    try super.init(lr: lr, weightDecay: weightDecay)
  }

  override var kind: String { "lbfgs" }
  override var ownSettings: [Double] { [Double(history), Double(iterations), tolerance] }
  public override var needsLoss: Bool { true }

  /// The loss before the step.
  @discardableResult
  public override func step(_ loss: Evaluation) throws -> Double {
    let moving = parameters.indices.filter { parameters[$0].requiresGradient }
    var x = gather(moving) { self.parameters[$0].value }
    func evaluate(_ at: [Double]) throws -> (value: Double, gradient: [Double]) {
      scatter(at, moving)
      var value = try loss(true)
      // What the loss does not depend on has no gradient.
      var gradient = gather(moving) { self.parameters[$0].hasGradient ? self.parameters[$0].gradient : nil }
      var place = 0
      for index in moving {
        let decay = slots[index].weightDecay
        for _ in 0..<parameters[index].value.count {
          value += 0.5 * decay * at[place] * at[place]
          gradient[place] += decay * at[place]
          place += 1
        }
      }
      return (value, gradient)
    }
    var here = try evaluate(x)
    let first = here.value
    do {
      for _ in 0..<iterations {
        guard (here.gradient.map(abs).max() ?? 0) > tolerance else { break }
        var direction = descent(here.gradient)
        var slope = dot(direction, here.gradient)
        if !(slope < 0) {
          // The history misleads, for instance after a change of the data: start it anew.
          (moves, changes) = ([], [])
          direction = here.gradient.map { -$0 }
          slope = dot(direction, here.gradient)
        }
        let trial = moves.isEmpty ? min(1, 1 / here.gradient.reduce(0) { $0 + abs($1) }) * lr : lr
        let search = StrongWolfe()
        guard let found = try search.run(trial: trial, value: here.value, slope: slope, { t in
          let next = try evaluate(zip(x, direction).map { $0 + t * $1 })
          return (next.value, dot(next.gradient, direction), next.gradient)
        }) else { break }
        let move = direction.map { found.t * $0 }
        remember(move, zip(found.gradient, here.gradient).map { $0 - $1 })
        x = zip(x, move).map { $0 + $1 }
        here = (found.value, found.gradient)
      }
    } catch {
      scatter(x, moving)
      throw error
    }
    scatter(x, moving)
    return first
  }

  /// -H g.
  private func descent(_ gradient: [Double]) -> [Double] {
    var q = gradient
    var factors = [Double](repeating: 0, count: moves.count)
    for i in moves.indices.reversed() {
      factors[i] = dot(moves[i], q) / dot(moves[i], changes[i])
      for j in q.indices { q[j] -= factors[i] * changes[i][j] }
    }
    if let s = moves.last, let y = changes.last {
      let scale = dot(s, y) / dot(y, y)
      for j in q.indices { q[j] *= scale }
    }
    for i in moves.indices {
      let factor = dot(changes[i], q) / dot(moves[i], changes[i])
      for j in q.indices { q[j] += (factors[i] - factor) * moves[i][j] }
    }
    return q.map { -$0 }
  }

  /// A pair without positive curvature would make H indefinite.
  private func remember(_ move: [Double], _ change: [Double]) {
    guard dot(move, change) > 1e-10 * dot(move, move).squareRoot() * dot(change, change).squareRoot() else { return }
    moves.append(move)
    changes.append(change)
    if moves.count > history {
      moves.removeFirst()
      changes.removeFirst()
    }
  }

  private func gather(_ indices: [Int], _ tensor: (Int) -> Tensor?) -> [Double] {
    indices.flatMap { tensor($0)?.doubles ?? Array(repeating: 0, count: parameters[$0].value.count) }
  }

  private func scatter(_ x: [Double], _ indices: [Int]) {
    var place = 0
    for index in indices {
      let value = parameters[index].value
      for i in 0..<value.count { value[i] = x[place + i] }
      value.noteWrite()
      place += value.count
    }
  }

  override var extraState: (tensors: [NamedTensor], scalars: [(String, JSON)]) {
    var tensors: [NamedTensor] = []
    for i in moves.indices {
      tensors.append(NamedTensor(name: "move.\(i)", tensor: Tensor(moves[i], [moves[i].count])))
      tensors.append(NamedTensor(name: "change.\(i)", tensor: Tensor(changes[i], [changes[i].count])))
    }
    return (tensors, [("pairs", .integer(moves.count))])
  }

  override func restoreExtra(_ tensors: [String: Tensor], _ scalars: JSON) throws {
    let pairs = try scalars.integer("pairs")
    guard (0...history).contains(pairs) else {
      throw EngineError.file("\"pairs\" is \(pairs); it must be in 0..\(history)")
    }
    let count = parameters.filter(\.requiresGradient).reduce(0) { $0 + $1.value.count }
    let place = Tensor(.float64, [count])
    let saved = try (0..<pairs).map { i in
      (try tensors.tensor("move.\(i)", like: place).doubles, try tensors.tensor("change.\(i)", like: place).doubles)
    }
    (moves, changes) = (saved.map(\.0), saved.map(\.1))
  }
}

func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for i in a.indices { sum += a[i] * b[i] }
  return sum
}
