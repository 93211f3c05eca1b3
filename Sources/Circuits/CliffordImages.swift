// Clifford gates as maps of Pauli words: what lets simulators drop them or move them elsewhere.

/// How a Clifford gate G maps words P to G†PG.
package struct CliffordImages {
  private let support: Int
  /// Images of X and Z on each touched bit, each i^power times a word.
  private var x: [Int: (power: Int, word: PauliMask)] = [:]
  private var z: [Int: (power: Int, word: PauliMask)] = [:]

  /// nil when the gate is none of X, Y, Z, H, S, S†, CNOT, CZ, SWAP.
  package init?(_ instruction: Instruction) {
    support = instruction.support
    switch instruction {
    case .swap(let s) where s.controls == 0:
      for (from, to) in [(s.a, s.b), (s.b, s.a)] {
        x[from] = (0, PauliMask(x: to, z: 0))
        z[from] = (0, PauliMask(x: 0, z: to))
      }
    case .matrix(let m) where m.controls.nonzeroBitCount <= 1:
      let (t, c) = (m.target, m.controls)
      let (px, pz) = (PauliMask(x: t, z: 0), PauliMask(x: 0, z: t))
      if c != 0 {
        (x[c], z[c]) = ((0, PauliMask(x: c, z: 0)), (0, PauliMask(x: 0, z: c)))
        (x[t], z[t]) = ((0, px), (0, pz))
        if m.isX {
          x[c] = (0, PauliMask(x: c | t, z: 0))
          z[t] = (0, PauliMask(x: 0, z: c | t))
        } else if m.isDiagonal, m.im == .zero, m.re == SIMD4(1, 0, 0, -1) {
          x[c] = (0, PauliMask(x: c, z: t))
          x[t] = (0, PauliMask(x: t, z: c))
        } else {
          return nil
        }
        return
      }
      let r = 0.5.squareRoot()
      switch (m.re, m.im) {
      case (SIMD4(0, 1, 1, 0), .zero): (x[t], z[t]) = ((0, px), (2, pz))
      case (.zero, SIMD4(0, -1, 1, 0)): (x[t], z[t]) = ((2, px), (2, pz))
      case (SIMD4(1, 0, 0, -1), .zero): (x[t], z[t]) = ((2, px), (0, pz))
      case (SIMD4(r, r, r, -r), .zero): (x[t], z[t]) = ((0, pz), (0, px))
      // S†XS = -Y = -i·(XZ up to order): written as a word Y with its own phase.
      case (SIMD4(1, 0, 0, 0), SIMD4(0, 0, 0, 1)): (x[t], z[t]) = ((2, PauliMask(x: t, z: t)), (0, pz))
      case (SIMD4(1, 0, 0, 0), SIMD4(0, 0, 0, -1)): (x[t], z[t]) = ((0, PauliMask(x: t, z: t)), (0, pz))
      default: return nil
      }
    default: return nil
    }
  }

  package func image(of word: PauliMask) -> (word: PauliMask, sign: Double) {
    var (power, result) = (0, PauliMask(x: word.x & ~support, z: word.z & ~support))
    func multiply(_ factor: (power: Int, word: PauliMask)) {
      let (phase, product) = result.times(factor.word)
      (power, result) = (power + phase + factor.power, product)
    }
    for bit in Self.bits(support & (word.x | word.z)) {
      if word.x & bit != 0 { multiply(x[bit]!) }
      if word.z & bit != 0 { multiply(z[bit]!) }
      if word.x & word.z & bit != 0 { power += 1 }  // Y = iXZ
    }
    return (result, power & 3 == 0 ? 1 : -1)
  }

  /// The set bits of a mask, one by one.
  private static func bits(_ mask: Int) -> [Int] {
    var (result, rest) = ([Int](), mask)
    while rest != 0 {
      result.append(rest & -rest)
      rest &= rest - 1
    }
    return result
  }
}
