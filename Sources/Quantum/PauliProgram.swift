// A circuit prepared for running on vectors of Pauli coefficients: everything becomes rotations about Pauli
// words and constant maps of few wires.  Noise costs no more than a gate.

import Circuits
import Glibc
import Tensors

/// A rotation of pairs of Pauli coefficients: exp(-i f θ P) turns every word Q that anticommutes with P, together
/// with PQ, by φ = 2 f θ.
struct WordRotation: Sendable {
  /// P as an index; also what leads from Q to PQ.
  let word: Int
  /// φ = factor · θ
  let factor: Double
  let angle: Angle
  /// Its place among the circuit's rotations, for shifts.
  let number: Int

  /// Bits of an index that anticommute with P, to be counted.
  var partner: Int { (word & 0x5555_5555_5555_5555) << 1 | (word >> 1) & 0x5555_5555_5555_5555 }
}

/// Steps on vectors of 4^wires Pauli coefficients.
final class PauliProgram: Sendable {
  enum Step: Sendable {
    case rotation(Int)
    /// A constant map of one bit: 4x4, row by row.
    case local(Int)
    case block(Int)
  }

  let wires: Int
  /// Words of a vector, 4^wires.
  let size: Int
  let inputCount: Int
  let weightCount: Int
  let rotations: [WordRotation]
  let locals: [PauliTransfer]
  let blocks: [PauliBlock]
  /// The same blocks' matrices, for what reasons about them.
  let transfers: [PauliTransfer]
  let steps: [Step]
  /// Of each step: whether its transpose undoes it.
  let isOrthogonal: [Bool]
  /// So many first steps act on single wires that are still alone.
  let prefixCount: Int
  let words: [PauliMask]
  let start: StartState

  /// 4^13 words of one vector of samples are 4 GiB.
  static let maximumWires = 13

  init(
    wires: Int, instructions: [Instruction], words: [PauliMask], inputCount: Int, weightCount: Int,
    start: StartState = .zero
  ) throws {
    self.wires = wires
    size = 1 << (2 * wires)
    (self.words, self.inputCount, self.weightCount, self.start) = (words, inputCount, weightCount, start)
    var builder = Builder(wires: wires)
    if case .zero = start {} else { builder.joined = (1 << wires) - 1 }
    for instruction in instructions { try builder.append(instruction) }
    builder.flush((1 << wires) - 1)
    rotations = builder.rotations
    locals = builder.locals
    transfers = builder.blocks
    blocks = builder.blocks.map(PauliBlock.init)
    let (locals, blocks) = (locals, blocks)
    steps = builder.prefix + builder.body
    prefixCount = builder.prefix.count
    isOrthogonal = steps.map { step in
      switch step {
      case .rotation: return true
      case .local(let k): return locals[k].isOrthogonal
      case .block(let k): return blocks[k].isOrthogonal
      }
    }
  }

  convenience init(_ circuit: Circuit, _ lowering: Lowering, words: [PauliMask]) throws {
    try self.init(
      wires: lowering.wires, instructions: lowering.instructions.map(\.instruction), words: words,
      inputCount: circuit.inputCount, weightCount: circuit.weightCount, start: lowering.start)
  }

  /// Vector operations of a run.
  var cost: Double {
    var perWord = 1.4
    for step in steps[prefixCount...] {
      switch step {
      case .rotation: perWord += 1.5
      case .local(let k): perWord += locals[k].isDiagonal ? 1 : 3
      case .block(let k): perWord += Double(blocks[k].forward.value.count) / Double(blocks[k].dimension) + 1
      }
    }
    return perWord * Double(size) + Double(rotations.count) * 10
  }

  /// Whether the instruction can be run at all; everything but large matrices can.
  static func check(_ instruction: Instruction) throws {
    guard case .unitary(let unitary) = instruction else { return }
    let wires = instruction.support.nonzeroBitCount
    guard wires <= PauliTransfer.maximumBits else {
      throw EngineError.state(
        "method \"density\" takes matrices on at most \(PauliTransfer.maximumBits) wires, controls included; one here is on \(wires) (\(unitary.bits.count) and \(wires - unitary.bits.count) controls); use \"trajectories\"")
    }
  }
}

/// Collects steps; constant maps of single wires wait until something that they do not commute with comes.
private struct Builder {
  let wires: Int
  var rotations: [WordRotation] = []
  var locals: [PauliTransfer] = []
  var blocks: [PauliTransfer] = []
  var prefix: [PauliProgram.Step] = []
  var body: [PauliProgram.Step] = []
  var joined = 0
  private var pending: [PauliTransfer?]
  private var rotationNumber = 0

  init(wires: Int) {
    self.wires = wires
    pending = Array(repeating: nil, count: wires)
  }

  mutating func append(_ instruction: Instruction) throws {
    try PauliProgram.check(instruction)
    if case .rotation(let rotation) = instruction {
      rotationNumber += 1
      return append(rotation, number: rotationNumber - 1)
    }
    if instruction.support.nonzeroBitCount > PauliTransfer.maximumBits { return try appendSplit(instruction) }
    append(PauliTransfer(instruction))
  }

  private mutating func append(_ rotation: PauliRotation, number: Int) {
    // Π = Π_c (1 - Z_c)/2, so a controlled rotation is a product of rotations that commute.
    var subset = rotation.controls
    while true {
      let word = PauliMask(x: rotation.x, z: rotation.z ^ subset)
      if !word.isIdentity {
        let sign = subset.nonzeroBitCount & 1 == 1 ? -1.0 : 1.0
        let factor = 2 * rotation.factor * sign / Double(1 << rotation.controls.nonzeroBitCount)
        append(WordRotation(word: word.index, factor: factor, angle: rotation.angle, number: number), word)
      }
      if subset == 0 { return }
      subset = (subset - 1) & rotation.controls
    }
  }

  private mutating func append(_ rotation: WordRotation, _ word: PauliMask) {
    let support = word.x | word.z
    let alone = support.nonzeroBitCount == 1
    for bit in bits(support) {
      if let local = pending[bit], !local.commutes(withLetter: rotation.word >> (2 * bit) & 3, alone: alone) {
        flush(1 << bit)
      }
    }
    emit(.rotation(rotations.count), support)
    rotations.append(rotation)
  }

  private mutating func append(_ transfer: PauliTransfer) {
    if transfer.bits.count == 1 {
      let bit = transfer.bits[0]
      let sum = pending[bit].map { transfer.after($0) } ?? transfer
      pending[bit] = sum.isIdentity ? nil : sum
      return
    }
    // Noise that waits goes into the block where that costs nothing.
    var diagonals: [PauliTransfer] = []
    for bit in transfer.bits {
      guard let local = pending[bit] else { continue }
      if local.isDiagonal {
        diagonals.append(local)
        pending[bit] = nil
      } else {
        flush(1 << bit)
      }
    }
    let support = transfer.bits.reduce(0) { $0 | 1 << $1 }
    emit(.block(blocks.count), support)
    blocks.append(transfer.after(diagonals: diagonals))
  }

  /// Writes down the constant maps that wait on these bits.
  mutating func flush(_ mask: Int) {
    for bit in bits(mask) {
      guard let local = pending[bit] else { continue }
      pending[bit] = nil
      emit(.local(locals.count), 1 << bit)
      locals.append(local)
    }
  }

  private mutating func emit(_ step: PauliProgram.Step, _ support: Int) {
    if support.nonzeroBitCount == 1, support & joined == 0 {
      prefix.append(step)
    } else {
      joined |= support
      body.append(step)
    }
  }

  private func bits(_ mask: Int) -> [Int] { (0..<wires).filter { mask >> $0 & 1 == 1 } }

  // MARK: Gates with many controls

  private mutating func appendSplit(_ instruction: Instruction) throws {
    switch instruction {
    case .matrix(let m):
      // V = W diag(e^ia, e^ib) W†: the basis changes need no controls, the phases are controlled rotations.
      let (w, a, b) = m.eigenbasis
      try append(.matrix(w.adjoint))
      append(PauliRotation(x: 0, z: 0, controls: m.controls, factor: -1, angle: .constant(a)), number: -1)
      append(PauliRotation(x: 0, z: 0, controls: m.controls | m.target, factor: -1, angle: .constant(b - a)), number: -1)
      try append(.matrix(w))
    case .swap(let s):
      let x = PauliXMatrix.re
      let outer = Instruction.matrix(ControlledMatrix(bit: s.a, controls: s.b, re: x, im: .zero))
      try append(outer)
      try append(.matrix(ControlledMatrix(bit: s.b, controls: s.a | s.controls, re: x, im: .zero)))
      try append(outer)
    case .rotation, .unitary, .channel: preconditionFailure("checked before")
    }
  }
}

private enum PauliXMatrix { static let re = SIMD4<Double>(0, 1, 1, 0) }

extension ControlledMatrix {
  /// W without controls and the phases a, b of `W diag(e^ia, e^ib) W†`.
  fileprivate var eigenbasis: (w: ControlledMatrix, a: Double, b: Double) {
    typealias C = (re: Double, im: Double)
    func times(_ p: C, _ q: C) -> C { (p.re * q.re - p.im * q.im, p.re * q.im + p.im * q.re) }
    let v: [C] = (0..<4).map { (re[$0], im[$0]) }
    let half: C = ((v[0].re + v[3].re) / 2, (v[0].im + v[3].im) / 2)
    // λ = half ± √(((v00 - v11)/2)² + v01 v10)
    let d: C = ((v[0].re - v[3].re) / 2, (v[0].im - v[3].im) / 2)
    let (d2, cross) = (times(d, d), times(v[1], v[2]))
    let square: C = (d2.re + cross.re, d2.im + cross.im)
    let (radius, phase) = (hypot(square.re, square.im).squareRoot(), atan2(square.im, square.re) / 2)
    let root: C = (radius * cos(phase), radius * sin(phase))
    let first: C = (half.re + root.re, half.im + root.im)
    let second: C = (half.re - root.re, half.im - root.im)
    // An eigenvector of the first: of the two expressions the larger one.
    let candidates: [(C, C)] = [
      (v[1], (first.re - v[0].re, first.im - v[0].im)), ((first.re - v[3].re, first.im - v[3].im), v[2]), ((1, 0), (0, 0)),
    ]
    func norm(_ p: (C, C)) -> Double { hypot(hypot(p.0.re, p.0.im), hypot(p.1.re, p.1.im)) }
    let best = norm(candidates[0]) >= norm(candidates[1]) ? candidates[0] : candidates[1]
    let (p, q) = norm(best) > 1e-8 ? best : candidates[2]
    let n = norm((p, q))
    let w = ControlledMatrix(
      bit: target, controls: 0, re: SIMD4(p.re, -q.re, q.re, p.re) / n, im: SIMD4(p.im, q.im, q.im, -p.im) / n)
    return (w, atan2(first.im, first.re), atan2(second.im, second.re))
  }
}
