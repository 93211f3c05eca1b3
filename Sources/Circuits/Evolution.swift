// Time evolution under a Hamiltonian, by product formulas.

import Tensors

extension Circuit {
  /// Appends an approximation of exp(-i t H), exact where the terms of H commute.
  ///
  ///   order 1: [Π_j exp(-i c_j t/n P_j)]^n, the first term first (Trotter 1959, PennyLane's ApproxTimeEvolution)
  ///   order 2: each step forwards with t/2n and backwards with t/2n (Suzuki 1990)
  ///
  /// The error falls as 1/n and 1/n².  steps: n, 1 or more.
  public mutating func evolve(_ hamiltonian: PauliSum, time: AngleSum, steps: Int = 1, order: Int = 1) throws {
    guard (1...100_000).contains(steps) else {
      throw EngineError.value("steps is \(steps); it must be in 1..100000")
    }
    guard order == 1 || order == 2 else {
      throw EngineError.value("order is \(order); the product formulas are of order 1 and 2")
    }
    try check(hamiltonian)
    var result = self
    let share = 1 / Double(steps * order)
    let terms = hamiltonian.terms
    for _ in 0..<steps {
      for term in terms { try result.evolve(term, share * time) }
      if order == 2 { for term in terms.reversed() { try result.evolve(term, share * time) } }
    }
    self = result
  }

  private mutating func evolve(_ term: PauliSum.Term, _ time: AngleSum) throws {
    if term.word.wires.isEmpty {
      try append(GlobalPhase(), [0], [-term.coefficient * time])
    } else {
      try append(Gates.rotation(term.word.letters), term.word.wires, [2 * term.coefficient * time])
    }
  }
}
