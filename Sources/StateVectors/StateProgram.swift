// A circuit prepared for running on one large state: what can be written down as a product state, neighbouring
// gates on one wire put together, and the rest cut into passes over memory.  Which numbers the angles
// have is left to BoundPass.

import Circuits
import Glibc

/// One step on the state.
struct StateStep {
  enum Kind {
    /// A unitary on the target bits, put together from its parts.
    case gate
    /// A rotation about a word of Z, or a phase: diagonal.
    case phase
    /// A rotation about a word with X or Y on several bits.
    case pauli
  }

  /// A gate's piece: an instruction and, for a rotation, its number in the circuit.
  struct Part {
    let instruction: Instruction
    let rotation: Int
  }

  let kind: Kind
  /// Bits that the step mixes, and those that it only looks at.
  let targets: Int
  let watched: Int
  /// Bits that must be 1; among the watched ones.
  let controls: Int
  let parts: [Part]

  var hasParameters: Bool { parts.contains(where: \.hasParameters) }
}

/// Steps that are run on one block of amplitudes after the other, each block read and written once.
struct StatePass {
  /// Bits whose amplitudes lie together in a block; contains all targets and the lowest bits.
  let local: Int
  var steps: [StateStep]
}

/// How large blocks are, for one element type.
struct BlockPlan {
  let bits: Int
  /// Low bits that are always local, so that memory is read in runs.
  let chunkBits: Int

  /// A block is to fit into a core's own cache, and there should be some for every core.
  init(wires: Int, laneBits: Int, bytesPerAmplitude: Int) {
    let cache = bytesPerAmplitude == 8 ? 14 : 13
    bits = wires <= 12 ? wires : max(12, min(cache, wires - 2))
    chunkBits = max(laneBits, min(bits, bytesPerAmplitude == 8 ? 6 : 5))
  }
}

struct StateProgram {
  let wires: Int
  /// Steps on each bit that make up the product state in which the rest starts.
  let prefix: [[StateStep.Part]]
  /// Where the start state is permuted: bit q of the product state's index is the parity of the state's
  /// index and rows[q], plus constants' bit q.
  let rows: [Int]
  let constants: Int
  let startsAsProduct: Bool
  let steps: [StateStep]
  let words: [PauliMask]
  let signs: [Double]

  /// Without words everything is kept, and the state comes out in the order of its wires.
  /// `permutes`: let CNOTs at the start become part of the start state (not where gradients go through it).
  /// `continues`: run on whatever state there is instead of a start state.
  init(_ lowering: Lowering, words: [PauliMask]?, permutes: Bool, continues: Bool = false) {
    // Idle wires in |0⟩ fill up the smallest registers.
    wires = max(lowering.wires, 5)
    var instructions: [(instruction: Instruction, rotation: Int)] = []
    var rotation = 0
    for entry in lowering.instructions {
      if case .rotation = entry.instruction {
        instructions.append((entry.instruction, rotation))
        rotation += 1
      } else {
        instructions.append((entry.instruction, -1))
      }
    }
    if let words {
      let frame = ObservableFrame(instructions.map(\.instruction), words: words)
      instructions = frame.kept.map { instructions[$0] }
      signs = frame.signs
      let order = Self.relabelled(&instructions, wires: wires)
      self.words = frame.words.map { word in
        PauliMask(x: word.x.moved(to: order), z: word.z.moved(to: order))
      }
    } else {
      (self.words, signs) = ([], [])
    }
    if case .zero = lowering.start { startsAsProduct = !continues } else { startsAsProduct = false }
    var builder = StepBuilder(wires: wires, hasPrefix: startsAsProduct, permutes: permutes && startsAsProduct)
    for entry in instructions { builder.append(entry.instruction, entry.rotation) }
    builder.finish()
    (prefix, rows, constants, steps) = (builder.prefix, builder.rows, builder.constants, builder.steps)
  }

  /// Takes exchanges of wires out by renaming the wires that follow.  Gives the bit number at which each
  /// bit ends up.
  private static func relabelled(_ instructions: inout [(instruction: Instruction, rotation: Int)], wires: Int) -> [Int] {
    var place = Array(0..<wires)
    var result: [(instruction: Instruction, rotation: Int)] = []
    for entry in instructions {
      if case .swap(let s) = entry.instruction, s.controls == 0 {
        place.swapAt(s.a.trailingZeroBitCount, s.b.trailingZeroBitCount)
        continue
      }
      var source = Array(repeating: 0, count: wires)
      for (bit, at) in place.enumerated() { source[at] = bit }
      result.append((entry.instruction.compressed(to: source), entry.rotation))
    }
    instructions = result
    return place
  }

  /// Cuts the steps into passes: each takes as many of the next steps as its block has room for.
  func passes(_ plan: BlockPlan) -> [StatePass] {
    var rest = steps
    var result: [StatePass] = []
    let chunk = (1 << plan.chunkBits) - 1
    while !rest.isEmpty {
      var local = chunk & ((1 << wires) - 1)
      // Bits on which a step that has to wait acts: mixing them, or looking at them.
      var (mixed, watched) = (0, 0)
      var (taken, waiting): ([StateStep], [StateStep]) = ([], [])
      for step in rest {
        let free = step.targets & (mixed | watched) == 0 && step.watched & mixed == 0
        let together = local | step.targets
        if free, together.nonzeroBitCount <= plan.bits {
          local = together
          taken.append(step)
        } else {
          mixed |= step.targets
          watched |= step.watched
          waiting.append(step)
        }
      }
      // A block of neighbouring amplitudes can be worked on where it is.
      var bit = 1
      while local.nonzeroBitCount < min(plan.bits, wires) {
        local |= bit
        bit <<= 1
      }
      result.append(StatePass(local: local, steps: taken))
      rest = waiting
    }
    return result
  }
}

extension Int {
  /// Every bit b moved to bit order[b].
  func moved(to order: [Int]) -> Int {
    order.enumerated().reduce(0) { $0 | (self >> $1.offset & 1) << $1.element }
  }
}

/// The angle in radians of re + i im.
private func angle(of re: Double, _ im: Double) -> Double { atan2(im, re) }

/// Sorts instructions into prefix, permutation and steps.
private struct StepBuilder {
  private(set) var prefix: [[StateStep.Part]]
  private(set) var rows: [Int]
  private(set) var constants = 0
  private(set) var steps: [StateStep] = []
  private let permutes: Bool
  /// Bits that are no longer alone, and bits on which a step acts already.
  private var joined: Int
  private var dirty = 0
  /// Gates on one bit that wait for more on the same bit.
  private var pending: [[StateStep.Part]]

  init(wires: Int, hasPrefix: Bool, permutes: Bool) {
    prefix = Array(repeating: [], count: wires)
    pending = prefix
    rows = (0..<wires).map { 1 << $0 }
    self.permutes = permutes
    joined = hasPrefix ? 0 : (1 << wires) - 1
  }

  mutating func append(_ instruction: Instruction, _ rotation: Int) {
    let part = StateStep.Part(instruction: instruction, rotation: rotation)
    let support = instruction.support
    if support == 0 { return }  // a global phase
    if support.nonzeroBitCount == 1 {
      let bit = support.trailingZeroBitCount
      if support & joined == 0 { return prefix[bit].append(part) }
      if permutes, support & dirty == 0, case .matrix(let m) = instruction, m.isX {
        for q in rows.indices where rows[q] & support != 0 { constants ^= 1 << q }
        return
      }
      pending[bit].append(part)
      dirty |= support
      return
    }
    joined |= support
    if permutes, support & dirty == 0, case .matrix(let m) = instruction, m.isX, m.controls.nonzeroBitCount == 1 {
      for q in rows.indices where rows[q] & m.target != 0 { rows[q] ^= m.controls }
      return
    }
    dirty |= support
    for bit in support.bitNumbers { flush(bit) }
    if case .rotation(let r) = instruction, r.x.nonzeroBitCount > 4, r.controls == 0 {
      appendLong(r, rotation)
    } else {
      steps.append(step(part))
    }
  }

  mutating func finish() { for bit in pending.indices { flush(bit) } }

  private mutating func flush(_ bit: Int) {
    let parts = pending[bit]
    pending[bit] = []
    guard !parts.isEmpty else { return }
    let phases = parts.allSatisfy { if case .rotation(let r) = $0.instruction { return r.x == 0 } else { return false } }
    if phases {
      for part in parts { steps.append(step(part)) }
    } else {
      steps.append(StateStep(kind: .gate, targets: 1 << bit, watched: 0, controls: 0, parts: parts))
    }
  }

  /// A rotation about X or Y on many bits: CNOTs from one of them bring it down to that one.
  private mutating func appendLong(_ r: PauliRotation, _ rotation: Int) {
    let pivot = r.x & -r.x
    let ladder = (r.x ^ pivot).bitNumbers.map { bit in
      Instruction.matrix(ControlledMatrix(Wire(bit: 1 << bit), controls: [Wire(bit: pivot)], re: SIMD4(0, 1, 1, 0)))
    }
    var (word, sign) = (PauliMask(x: r.x, z: r.z), 1.0)
    for gate in ladder {
      let image = CliffordImages(gate)!.image(of: word)
      (word, sign) = (image.word, sign * image.sign)
    }
    for gate in ladder { steps.append(step(StateStep.Part(instruction: gate, rotation: -1))) }
    let short = PauliRotation(x: word.x, z: word.z, controls: 0, factor: sign * r.factor, angle: r.angle)
    steps.append(step(StateStep.Part(instruction: .rotation(short), rotation: rotation)))
    for gate in ladder { steps.append(step(StateStep.Part(instruction: gate, rotation: -1))) }
  }

  private func step(_ part: StateStep.Part) -> StateStep {
    switch part.instruction {
    case .rotation(let r):
      if r.x == 0 {
        return StateStep(kind: .phase, targets: 0, watched: r.support, controls: r.controls, parts: [part])
      }
      if r.x.nonzeroBitCount == 1 && r.z & ~r.x == 0 {
        return StateStep(kind: .gate, targets: r.x, watched: r.controls, controls: r.controls, parts: [part])
      }
      return StateStep(
        kind: .pauli, targets: r.x, watched: (r.z & ~r.x) | r.controls, controls: r.controls, parts: [part])
    case .matrix(let m):
      if m.controls != 0, m.isDiagonal, m.re[0] == 1, m.im[0] == 0 {
        // A phase where all bits are 1.
        let phase = PauliRotation(
          x: 0, z: 0, controls: m.controls | m.target, factor: -1, angle: .constant(angle(of: m.re[3], m.im[3])))
        return step(StateStep.Part(instruction: .rotation(phase), rotation: -1))
      }
      return StateStep(
        kind: .gate, targets: m.target, watched: m.controls, controls: m.controls, parts: [part])
    case .swap(let s):
      return StateStep(
        kind: .gate, targets: s.a | s.b, watched: s.controls, controls: s.controls, parts: [part])
    case .unitary(let u):
      return StateStep(
        kind: .gate, targets: u.bits.reduce(0) { $0 | $1 }, watched: u.controls, controls: u.controls, parts: [part])
    case .channel: preconditionFailure("a state vector has no channels")
    }
  }
}
