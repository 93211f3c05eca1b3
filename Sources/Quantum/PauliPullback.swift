// Noise folded into the product form: observables pulled back through everything behind the encoding (Heisenberg
// picture), all outputs together in SIMD lanes.  What is done once per circuit is here, what is done once per set of
// weights in PauliPullbackKernels.swift.

import Circuits
import Tensors

final class PauliPullback: @unchecked Sendable {
  typealias V = SIMD8<Double>

  /// A wire's input rotation.
  struct Encoding: Sendable {
    let bit: Int
    /// Axis as a letter; φ = sign · angle.
    let letter: Int
    let sign: Double
    /// What happens on the wire before, as a program of that wire alone.
    let before: PauliProgram
  }

  /// A one-wire step of the program.
  enum Turn: Sendable {
    case rotation(Int)
    case local(Int)
  }

  /// Lane by lane: the letters `from` of some bits become the letters `to`, times a factor.
  struct Move: Sendable {
    let lane: Int
    let bits: [Int]
    let from: [Int]
    let to: [Int]
    let factor: Double
  }

  /// Every entry from one other entry times a factor.
  struct Table: Sendable {
    let source: Buffer<Int32>
    let factor: Buffer<Double>
  }

  /// In the order in which they are applied, the circuit's last step first.
  enum Step: Sendable {
    /// While every lane is a product of single bits' vectors.
    case turn(bit: Int, Turn)
    case moves([Move])
    /// From the product to the whole vector.
    case expand
    /// Runs of one-wire steps, first one of the circuit first.
    case fused(bit: Int, [Turn])
    case rotation(Int)
    case block(Int)
    case gather(Int)
  }

  /// Eight outputs.
  struct Group: Sendable {
    let steps: [Step]
    let tables: [Table]
    /// The product at the point where weights begin to matter, [bit][letter].
    let initial: Buffer<V>
    let words: [PauliMask]
    /// One-wire steps behind each bit's encoding that nothing of several wires comes before, in order.
    let early: [[Turn]]
  }

  let wires: Int
  /// Everything but the input rotations and what is before them.
  let program: PauliProgram
  /// By bit; nil for a wire without input.
  let encodings: [Encoding?]
  let groups: [Group]
  /// Entries that each bit has in the end: 3 for an encoded wire, else 1; and their product.
  let widths: [Int]
  let resultSize: Int
  /// Where the coefficient of each term is: its place among 1, cos, sin of all bits, and the output.
  private(set) var places: [(place: Int32, output: Int32)] = []

  /// 4^8 words of 8 outputs are 4 MiB.
  static let maximumWires = 8

  /// `encodedAt`: positions of the input rotations by bit.  `bits`: of each encoding, in their order.
  init?(
    _ lowering: Lowering, _ instructions: [Instruction], words: [PauliMask], encodedAt: [Int: Int], weightCount: Int
  ) {
    let n = lowering.wires
    var behind: [Instruction] = []
    var before = Array(repeating: [Instruction](), count: n)
    for (position, instruction) in instructions.enumerated() {
      guard let at = encodedAt[instruction.support], position <= at else {
        behind.append(instruction)
        continue
      }
      let bit = instruction.support.trailingZeroBitCount
      if position < at { before[bit].append(instruction.compressed(to: [bit])) }
    }
    guard
      let program = try? PauliProgram(
        wires: n, instructions: behind, words: words, inputCount: 0, weightCount: weightCount)
    else { return nil }
    var encodings = [Encoding?](repeating: nil, count: n)
    for (mask, at) in encodedAt {
      let bit = mask.trailingZeroBitCount
      guard case .rotation(let r) = instructions[at],
        let own = try? PauliProgram(wires: 1, instructions: before[bit], words: [], inputCount: 0, weightCount: weightCount)
      else { return nil }
      // A phase on 1 is half a rotation about Z.
      let isPhase = r.x | r.z == 0
      let factor = isPhase ? -r.factor : 2 * r.factor
      guard abs(abs(factor) - 1) < 1e-15 else { return nil }
      let letter = isPhase ? 1 : PauliMask(x: r.x, z: r.z).index >> (2 * bit)
      encodings[bit] = Encoding(bit: bit, letter: letter, sign: factor, before: own)
    }
    wires = n
    self.program = program
    self.encodings = encodings
    widths = encodings.map { $0 == nil ? 1 : 3 }
    resultSize = widths.reduce(1, *)
    var early = Array(repeating: [Turn](), count: n)
    for step in program.steps[..<program.prefixCount] {
      switch step {
      case .rotation(let k): early[program.rotations[k].word.trailingZeroBitCount / 2].append(.rotation(k))
      case .local(let k): early[program.locals[k].bits[0]].append(.local(k))
      case .block: break
      }
    }
    var groups: [Group] = []
    for first in stride(from: 0, to: words.count, by: V.scalarCount) {
      var planner = PullbackPlanner(program, Array(words[first..<min(first + V.scalarCount, words.count)]))
      groups.append(planner.plan(behind: early))
    }
    self.groups = groups
  }

  /// Takes note of the terms whose coefficients are wanted: feature numbers (base 3, encoding by encoding) and outputs.
  func setTerms(_ terms: [(feature: Int, output: Int)], encodingBits: [Int]) {
    var step = [Int](repeating: 0, count: wires)
    var size = 1
    for bit in 0..<wires {
      step[bit] = size
      size *= widths[bit]
    }
    places = terms.map { feature, output in
      var (rest, place) = (feature, 0)
      for bit in encodingBits {
        place += rest % 3 * step[bit]
        rest /= 3
      }
      return (Int32(place), Int32(output))
    }
  }

  /// Vector operations per set of weights.
  var cost: Double {
    groups.reduce(0) { sum, group in
      group.steps.reduce(sum + 4 * Double(program.size)) { sum, step in
        switch step {
        case .turn, .moves: return sum + 20
        case .expand: return sum + 1.4 * Double(program.size)
        case .fused: return sum + 3 * Double(program.size)
        case .rotation, .gather: return sum + 1.5 * Double(program.size)
        case .block: return sum + 3 * Double(program.size)
        }
      }
    }
  }

  /// Which letters an encoded wire can show right behind its rotation, as places among 1, cos, sin.
  func digits(bit: Int) -> [[Int]] {
    guard let encoding = encodings[bit] else { return [[0], [], [], []] }
    // Which letters can be there before the rotation.
    var present = [true, true, false, false]
    for step in encoding.before.steps {
      switch step {
      case .rotation(let k):
        let (i, j, _) = turnedLetters(encoding.before.rotations[k].word)
        if present[i] || present[j] { (present[i], present[j]) = (true, true) }
      case .local(let k):
        let m = encoding.before.locals[k].matrix
        present = (0..<4).map { row in (0..<4).contains { m[4 * row + $0] != 0 && present[$0] } }
      case .block: break
      }
    }
    let (i, j, _) = turnedLetters(encoding.letter)
    var result: [[Int]] = [[0], [], [], []]
    if present[encoding.letter] { result[encoding.letter] = [0] }
    result[i] = (present[i] ? [1] : []) + (present[j] ? [2] : [])
    result[j] = (present[j] ? [1] : []) + (present[i] ? [2] : [])
    return result
  }
}

/// The two letters that a rotation about one letter turns into each other, and whether i P Q = + PQ for the first.
@inline(__always)
func turnedLetters(_ letter: Int) -> (i: Int, j: Int, isPlus: Bool) {
  let i = letter == 1 ? 2 : 1
  return (i, i ^ letter, letter == 2)
}

/// Finds a group's steps from the structure of the program: words stay words through gates of the Clifford group and
/// Pauli noise, products stay products through one-wire steps; only then come whole vectors.
private struct PullbackPlanner {
  typealias V = PauliPullback.V
  typealias Step = PauliPullback.Step

  let program: PauliProgram
  let words: [PauliMask]
  /// One-wire steps that nothing of several wires comes before, for the way from wires to features.
  private var left: [[PauliPullback.Turn]]
  private var steps: [Step] = []
  private var tables: [PauliPullback.Table] = []
  private let initial: Buffer<V>
  /// Letters that can be there, as bits, [bit][lane].
  private var letters: [[Int]]
  private var isFull = false

  init(_ program: PauliProgram, _ words: [PauliMask]) {
    (self.program, self.words) = (program, words)
    left = Array(repeating: [], count: program.wires)
    initial = Buffer<V>(4 * program.wires)
    letters = Array(repeating: Array(repeating: 1, count: V.scalarCount), count: program.wires)
    for k in 0..<4 * program.wires { initial[k] = .zero }
    for lane in 0..<V.scalarCount {
      for bit in 0..<program.wires {
        let letter = lane < words.count ? words[lane].index >> (2 * bit) & 3 : 0
        // Lanes without a word are zeros: their first bit has no letter at all.
        initial[4 * bit + letter][lane] = lane < words.count || bit > 0 ? 1 : 0
        letters[bit][lane] = 1 << letter
      }
    }
  }

  mutating func plan(behind early: [[PauliPullback.Turn]]) -> PauliPullback.Group {
    for step in program.steps[program.prefixCount...].reversed() {
      switch step {
      case .rotation(let k):
        let word = program.rotations[k].word
        let low = word.trailingZeroBitCount / 2
        if word >> (2 * low) <= 3 { turn(.rotation(k), bit: low) } else { rotate(k, word) }
      case .local(let k): turn(.local(k), bit: program.locals[k].bits[0])
      case .block(let k): block(k)
      }
    }
    return PauliPullback.Group(
      steps: steps, tables: tables, initial: initial, words: words, early: zip(early, left).map { $0 + $1 })
  }

  private mutating func turn(_ turn: PauliPullback.Turn, bit: Int) {
    if isFull { return left[bit].insert(turn, at: 0) }
    switch turn {
    case .rotation(let k):
      let (i, j, _) = turnedLetters(program.rotations[k].word >> (2 * bit))
      let both = 1 << i | 1 << j
      guard letters[bit].contains(where: { $0 & both != 0 }) else { return }
      letters[bit] = letters[bit].map { $0 & both == 0 ? $0 : $0 | both }
    case .local(let k):
      let m = program.locals[k].matrix
      letters[bit] = letters[bit].map { mask in
        (0..<4).reduce(0) { sum, q in
          sum | ((0..<4).contains { mask >> $0 & 1 == 1 && m[4 * $0 + q] != 0 } ? 1 << q : 0)
        }
      }
    }
    emit(.turn(bit: bit, turn))
  }

  private mutating func rotate(_ k: Int, _ word: Int) {
    if !isFull && (0..<V.scalarCount).allSatisfy({ commutes(word, lane: $0) }) { return }
    makeFull()
    for bit in 0..<program.wires where word >> (2 * bit) & 3 != 0 { flush(bit) }
    steps.append(.rotation(k))
  }

  /// Whether all words of a lane's product certainly commute with the word.
  private func commutes(_ word: Int, lane: Int) -> Bool {
    var odd = false
    for bit in 0..<program.wires {
      let letter = word >> (2 * bit) & 3
      if letter == 0 { continue }
      let anti = letters[bit][lane] & ~(1 | 1 << letter)
      if anti == letters[bit][lane] { odd.toggle() } else if anti != 0 { return false }
    }
    return !odd
  }

  private mutating func block(_ k: Int) {
    let transfer = program.transfers[k]
    if !isFull, let moves = moves(transfer) {
      emit(.moves(moves))
      for move in moves { for (bit, letter) in zip(move.bits, move.to) { letters[bit][move.lane] = 1 << letter } }
      return
    }
    makeFull()
    for bit in transfer.bits { flush(bit) }
    if let table = Self.table(transfer, program) { gather(table) } else { steps.append(.block(k)) }
  }

  /// How a block moves the words of all lanes; nil unless every lane has a single letter on each of its bits and
  /// gets a single word.
  private func moves(_ transfer: PauliTransfer) -> [PauliPullback.Move]? {
    var result: [PauliPullback.Move] = []
    for lane in 0..<words.count {
      var row = 0
      for (place, bit) in transfer.bits.enumerated() {
        guard letters[bit][lane].nonzeroBitCount == 1 else { return nil }
        row |= letters[bit][lane].trailingZeroBitCount << (2 * place)
      }
      let entries = (0..<transfer.dimension).filter { transfer.matrix[row * transfer.dimension + $0] != 0 }
      guard entries.count <= 1 else { return nil }
      let to = entries.first ?? row
      func split(_ word: Int) -> [Int] { transfer.bits.indices.map { word >> (2 * $0) & 3 } }
      result.append(
        PauliPullback.Move(
          lane: lane, bits: transfer.bits, from: split(row), to: split(to),
          factor: entries.isEmpty ? 0 : transfer.matrix[row * transfer.dimension + to]))
    }
    return result
  }

  /// Appends a step on products, or does it right away while nothing depends on weights.
  private mutating func emit(_ step: Step) {
    var dependsOnWeights = false
    if case .turn(_, .rotation(let k)) = step { dependsOnWeights = program.rotations[k].angle.slot != .none }
    if steps.isEmpty && !dependsOnWeights {
      let angles = program.rotations.map { rotation -> (sin: Double, cos: Double) in
        rotation.angle.slot == .none ? sineAndCosine(rotation.factor * rotation.angle.offset) : (0, 1)
      }
      PullbackKernels.apply(step, to: initial.pointer, program, sines: angles.map(\.sin), cosines: angles.map(\.cos))
    } else {
      steps.append(step)
    }
  }

  private mutating func makeFull() {
    if isFull { return }
    isFull = true
    steps.append(.expand)
  }

  /// The one-wire steps collected on a bit become a step; as part of a table if they are fixed factors.
  private mutating func flush(_ bit: Int) {
    let turns = left[bit]
    left[bit] = []
    if turns.isEmpty { return }
    var product = PauliTransfer(identityOn: bit)
    for turn in turns {
      guard case .local(let k) = turn, program.locals[k].isDiagonal else { return steps.append(.fused(bit: bit, turns)) }
      product = program.locals[k].after(product)
    }
    if let table = Self.table(product, program) { gather(table) }
  }

  /// Joins a table with the one before it.
  private mutating func gather(_ table: PauliPullback.Table) {
    if case .gather(let last)? = steps.last {
      tables[last] = table.after(tables[last])
    } else {
      tables.append(table)
      steps.append(.gather(tables.count - 1))
    }
  }

  private static func table(_ transfer: PauliTransfer, _ program: PauliProgram) -> PauliPullback.Table? {
    PauliPullback.Table(transfer, size: program.size)
  }
}

extension PauliPullback.Table {
  /// o'[Q] = R[P, Q] o[P] for the one P of each Q; nil when there are more.
  init?(_ transfer: PauliTransfer, size: Int) {
    let n = transfer.dimension
    var (rows, values) = ([Int](), [Double]())
    for column in 0..<n {
      let entries = (0..<n).filter { transfer.matrix[$0 * n + column] != 0 }
      guard entries.count <= 1 else { return nil }
      rows.append(entries.first ?? column)
      values.append(entries.first.map { transfer.matrix[$0 * n + column] } ?? 0)
    }
    (source, factor) = (Buffer<Int32>(size), Buffer<Double>(size))
    for q in 0..<size {
      var (local, rest) = (0, q)
      for (place, bit) in transfer.bits.enumerated() {
        local |= (q >> (2 * bit) & 3) << (2 * place)
        rest &= ~(3 << (2 * bit))
      }
      for (place, bit) in transfer.bits.enumerated() { rest |= (rows[local] >> (2 * place) & 3) << (2 * bit) }
      source[q] = Int32(rest)
      factor[q] = values[local]
    }
  }

  /// The two in one; overwrites the receiver's entries.
  func after(_ first: Self) -> Self {
    for q in 0..<source.count {
      let middle = Int(source[q])
      source[q] = first.source[middle]
      factor[q] *= first.factor[middle]
    }
    return self
  }
}
