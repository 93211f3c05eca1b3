// Runs a StateProgram on one large state: blocks of amplitudes are brought into a core's cache, all steps of a
// pass are applied there, and the block goes back.  Threads share the blocks.

import Circuits
import Tensors

/// One pass with its numbers put in.
struct BoundPass<W: StateLanes> {
  let place: LocalBits
  let ops: [BlockOp<W>]
  /// Register bits of the blocks.
  let outside: Int
  let blocks: Int
  /// Vectors of a block.
  let vectors: Int
  /// Vectors that lie together in memory, and where in the state each such run of a block begins.
  let runLength: Int
  let runs: [Int]
  /// The block is one run: worked on where it is.
  var isInPlace: Bool { runs.count == 1 }

  /// `whole`: the state as a single block.
  init(_ pass: StatePass, wires: Int, inverse: Bool = false, whole: Bool = false, angle: (StateStep.Part) -> Double) {
    let local = whole ? (1 << wires) - 1 : pass.local
    place = LocalBits(mask: local, laneBits: W.bits)
    outside = ((1 << wires) - 1) & ~local
    blocks = 1 << outside.nonzeroBitCount
    vectors = 1 << (local.nonzeroBitCount - W.bits)
    let low = (~local).trailingZeroBitCount  // neighbouring low bits
    runLength = 1 << (low - W.bits)
    let high = local & ~((1 << low) - 1)
    runs = (0..<1 << high.nonzeroBitCount).map { $0.deposited(into: high) >> W.bits }
    let steps = inverse ? pass.steps.reversed() : pass.steps
    let place = place
    ops = steps.map { BlockOp($0, place, inverse: inverse, angle: angle) }
  }

  /// The first amplitude of a block.
  func base(_ block: Int) -> Int { block.deposited(into: outside) }
}

final class StateSimulator<W: StateLanes> {
  typealias State = UnsafeMutablePointer<W>
  typealias Angle = (StateStep.Part) -> Double

  let program: StateProgram
  let passes: [StatePass]
  private let memory: LargeMemory
  /// Real and imaginary parts of vector v at 2v and 2v + 1.
  let psi: State

  var vectors: Int { 1 << (program.wires - W.bits) }

  static func bytes(wires: Int) -> Int { 2 * MemoryLayout<W.Scalar>.stride << max(wires, 5) }

  convenience init(_ program: StateProgram) throws {
    self.init(program, try Self.memory(wires: program.wires))
  }

  /// On memory that may hold a state already.
  init(_ program: StateProgram, _ memory: LargeMemory) {
    self.program = program
    self.memory = memory
    passes = program.passes(Self.plan(program))
    psi = memory.pointer.bindMemory(to: W.self, capacity: 2 << (program.wires - W.bits))
  }

  static func memory(wires: Int) throws -> LargeMemory {
    try LargeMemory(bytes: bytes(wires: wires), for: "a state of \(wires) wires")
  }

  static func plan(_ program: StateProgram) -> BlockPlan {
    BlockPlan(wires: program.wires, laneBits: W.bits, bytesPerAmplitude: 2 * MemoryLayout<W.Scalar>.stride)
  }

  // MARK: Forward

  /// Leaves the state after all passes in memory.
  func run(start: StartValues, angle: Angle) throws {
    try run(passes, product: program.startsAsProduct ? ProductStart(program, angle: angle) : nil, start: start, angle: angle)
  }

  /// All passes on the state that is in memory.
  func go(on angle: Angle) throws {
    for pass in passes { try run(pass, start: nil, angle: angle) }
  }

  /// The start state and some first passes.
  func run(_ passes: [StatePass], product: ProductStart?, start: StartValues, angle: Angle) throws {
    if product == nil { load(start) }
    if passes.isEmpty, let product { writeStart(product) }
    for (index, pass) in passes.enumerated() { try run(pass, start: index == 0 ? product : nil, angle: angle) }
  }

  /// Applies one pass to the state in memory, or to the start state.
  private func run(_ pass: StatePass, start: ProductStart?, angle: Angle) throws {
    try Cancellation.check()
    if pass.steps.count == 1, start == nil {
      runAlone(BoundPass<W>(pass, wires: program.wires, whole: true, angle: angle).ops[0])
    } else {
      run(BoundPass(pass, wires: program.wires, angle: angle), start: start, keep: true, sums: nil)
    }
  }

  /// Expectation values of the program's words.  Words of Z are measured on the last pass's blocks as they
  /// leave the cache, so that the state is not even written again.
  func expectations(start: StartValues, angle: Angle) throws -> [Double] {
    // Small states take one pass, and there may be many of them.
    try Cancellation.check()
    guard !passes.isEmpty, program.words.allSatisfy({ $0.x == 0 }), !program.words.isEmpty else {
      try run(start: start, angle: angle)
      return measure()
    }
    let product = program.startsAsProduct ? ProductStart(program, angle: angle) : nil
    if product == nil { load(start) }
    var values: [Double] = []
    for (index, pass) in passes.enumerated() {
      if index < passes.count - 1 {
        try run(pass, start: index == 0 ? product : nil, angle: angle)
        continue
      }
      let bound = BoundPass<W>(pass, wires: program.wires, angle: angle)
      let sums = Buffer64<Double>(bound.blocks * program.words.count)
      run(bound, start: index == 0 ? product : nil, keep: false, sums: sums)
      values = total(sums, bound.blocks)
    }
    return values
  }

  /// Sums of all blocks in order, so that the number of threads does not matter.
  private func total(_ sums: Buffer64<Double>, _ blocks: Int) -> [Double] {
    let words = program.words.count
    var result = [Double](repeating: 0, count: words)
    for block in 0..<blocks { for k in 0..<words { result[k] += sums.pointer[block * words + k] } }
    return zip(result, program.signs).map { $0 * $1 }
  }

  /// Expectation values of the words in the state in memory.
  func measure() -> [Double] {
    let place = LocalBits(mask: (1 << program.wires) - 1, laneBits: W.bits)
    let pieces = max(1, vectors >> 12)
    let length = vectors / pieces
    let words = program.words
    let sums = Buffer64<Double>(pieces * words.count)
    for i in 0..<sums.count { sums.pointer[i] = 0 }
    let diagonal = words.filter { $0.x == 0 }
    Parallel.forEach(pieces) { piece in
      let out = sums.pointer + piece * words.count
      withUnsafeTemporaryAllocation(of: Double.self, capacity: diagonal.count + 1) { ofDiagonals in
        for k in 0...diagonal.count { ofDiagonals[k] = 0 }
        if !diagonal.isEmpty {
          // The piece is a block whose bits outside are the piece's number.
          let inside = LocalBits(mask: length << W.bits - 1, laneBits: W.bits)
          StateMeasureKernels.addDiagonals(
            self.psi + 2 * piece * length, length, words: diagonal, inside, base: (piece * length) << W.bits,
            ofDiagonals.baseAddress!)
        }
        var next = 0
        for (k, word) in words.enumerated() {
          if word.x == 0 {
            out[k] = ofDiagonals[next]
            next += 1
          } else {
            out[k] = StateMeasureKernels.product(
              self.psi, self.psi, piece * length..<(piece + 1) * length, x: (place.vectors(word.x), place.lanes(word.x)),
              z: (place.vectors(word.z), place.lanes(word.z)), controls: (0, 0),
              yCount: (word.x & word.z).nonzeroBitCount, flip: false
            ).re
          }
        }
      }
    }
    return total(sums, pieces)
  }

  /// Applies one pass.  `start`: blocks are written down instead of read.  `keep`: they are stored.  `sums`:
  /// the words are measured, [block][word].
  func run(_ pass: BoundPass<W>, start: ProductStart?, keep: Bool, sums: Buffer64<Double>?) {
    let psi = psi
    let words = program.words
    // A few blocks per call, for which scratch is taken once.
    Parallel.ranges(pass.blocks, grain: max(1, min(16, pass.blocks / 8))) { _, range in
      let scratch = pass.isInPlace && (start == nil || keep) ? nil : Buffer64<W>(2 * pass.vectors)
      for index in range {
        let base = pass.base(index)
        let home = psi + 2 * (base >> W.bits)
        let block = scratch?.pointer ?? home
        if let start {
          start.write(block, local: pass.place.mask, base: base)
        } else if scratch != nil {
          Self.gather(pass, home, block)
        }
        for op in pass.ops { BlockKernels.apply(op, block, 0..<BlockKernels.groups(op, count: pass.vectors), base: base) }
        if let sums {
          let place = sums.pointer + index * words.count
          for k in words.indices { place[k] = 0 }
          StateMeasureKernels.addDiagonals(block, pass.vectors, words: words, pass.place, base: base, place)
        }
        if keep, scratch != nil { Self.scatter(pass, block, home) }
      }
    }
  }

  /// A single step goes straight over memory.
  private func runAlone(_ op: BlockOp<W>) {
    let groups = BlockKernels.groups(op, count: vectors)
    let psi = psi
    Parallel.ranges(groups, grain: max(64, min(1 << 14, groups / 4))) { _, range in
      BlockKernels.apply(op, psi, range, base: 0)
    }
  }

  static func gather(_ pass: BoundPass<W>, _ home: State, _ block: State) {
    let length = 2 * pass.runLength
    for (number, run) in pass.runs.enumerated() { (block + number * length).update(from: home + 2 * run, count: length) }
  }

  static func scatter(_ pass: BoundPass<W>, _ block: State, _ home: State) {
    let length = 2 * pass.runLength
    for (number, run) in pass.runs.enumerated() { (home + 2 * run).update(from: block + number * length, count: length) }
  }

  // MARK: Start states

  private func writeStart(_ product: ProductStart) {
    let blockBits = min(program.wires, 12)
    let local = (1 << blockBits) - 1
    let psi = psi
    Parallel.forEach(1 << (program.wires - blockBits)) { block in
      product.write(psi + 2 * (block << (blockBits - W.bits)), local: local, base: block << blockBits)
    }
  }

  /// Amplitudes by index; all others are 0.
  private func load(_ start: StartValues) {
    let psi = psi
    let pieces = max(1, vectors >> 12)
    Parallel.forEach(pieces) { piece in
      let length = 2 * self.vectors / pieces
      for i in piece * length..<(piece + 1) * length { psi[i] = W.zeros }
    }
    for (index, value) in zip(start.places, start.values) {
      psi[2 * (index >> W.bits)][index & ((1 << W.bits) - 1)] = W.Scalar(value.re)
      psi[2 * (index >> W.bits) + 1][index & ((1 << W.bits) - 1)] = W.Scalar(value.im)
    }
  }
}

/// The amplitudes of a start state that is no product state.
struct StartValues {
  var places: [Int] = []
  var values: [(re: Double, im: Double)] = []
  /// What inputs were divided by.
  var norm = 1.0
}
