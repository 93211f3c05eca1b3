// Where a pass's derivatives come from: sums gathered block by block, and what they mean for the angles.

import Circuits

/// The sums that a pass's backward sweep gathers, one place per step.
struct PassGradient {
  /// Of each step, in the pass's order: its first sum, or -1 for a step without parameters.
  let offsets: [Int]
  let count: Int

  init(_ pass: StatePass) {
    var (offsets, count) = ([Int](), 0)
    for step in pass.steps {
      guard step.hasParameters else {
        offsets.append(-1)
        continue
      }
      offsets.append(count)
      count += step.kind == .gate ? 8 : 1
    }
    (self.offsets, self.count) = (offsets, count)
  }

  /// Gives each part's derivative by its angle.
  func derivatives(
    _ pass: StatePass, _ sums: [Double], angle: (StateStep.Part) -> Double, _ body: (StateStep.Part, Double) -> Void
  ) {
    for (step, offset) in zip(pass.steps, offsets) where offset >= 0 {
      if step.kind != .gate {
        guard case .rotation(let r) = step.parts[0].instruction else { continue }
        body(step.parts[0], 2 * r.factor * sums[offset])
        continue
      }
      // 2 Re Σ dU[b][a] M[a][b]
      let bits = step.targets.bitNumbers
      let unitaries = step.parts.map { $0.bound(angle).uncontrolled.compressed(to: bits).matrix(bits: 1) }
      for (position, part) in step.parts.enumerated() {
        guard case .rotation(let r) = part.instruction, r.angle.slot != .none else { continue }
        var derivative = part.generator(bits)
        for u in unitaries[...position].reversed() { derivative = derivative * u }
        for u in unitaries[(position + 1)...] { derivative = u * derivative }
        var total = 0.0
        for a in 0..<2 {
          for b in 0..<2 {
            let entry = derivative[b, a]
            total += entry.re * sums[offset + 2 * (2 * a + b)] - entry.im * sums[offset + 2 * (2 * a + b) + 1]
          }
        }
        body(part, 2 * total)
      }
    }
  }
}

extension StateStep.Part {
  /// -i f P of a rotation on one bit.
  func generator(_ bits: [Int]) -> ComplexMatrix {
    guard case .rotation(let r) = instruction else { preconditionFailure("a rotation") }
    // exp(-i f θ P) at f θ = π/2 is -i P where P squares to 1; a projector is written down.
    guard case .rotation(let local) = Instruction.rotation(r).uncontrolled.compressed(to: bits) else {
      preconditionFailure("a rotation stays one")
    }
    var result = ComplexMatrix(dimension: 2)
    if local.x | local.z == 0 {
      result[1, 1] = (0, -r.factor)
      return result
    }
    let quarter = PauliRotation(x: local.x, z: local.z, controls: 0, factor: 1, angle: .constant(.pi / 2))
    let u = Instruction.rotation(quarter).matrix(bits: 1)
    for i in 0..<2 {
      for j in 0..<2 {
        // The cosine of π/2 is not quite 0; P has either diagonal or off-diagonal entries.
        let isOn = (local.x != 0) == (i != j)
        result[i, j] = isOn ? (r.factor * u[i, j].re, r.factor * u[i, j].im) : (0, 0)
      }
    }
    return result
  }
}
