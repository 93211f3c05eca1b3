// Which Pauli words an observable can turn into when it is pulled back through a circuit, for any values
// of the angles.  From this follow the structure of the product form and what the linter says.

/// A set of Pauli words on a few wires.
struct PauliSet {
  let wires: Int
  /// Indexed by x << wires | z.
  private(set) var members: [Bool]

  /// 4^7 words; beyond that the sets cost more than they tell.
  static let maximumWires = 7

  init(wires: Int, _ words: [PauliMask]) {
    self.wires = wires
    members = Array(repeating: false, count: 1 << (2 * wires))
    for word in words { insert(word) }
  }

  private func index(_ word: PauliMask) -> Int { word.x << wires | word.z }
  mutating func insert(_ word: PauliMask) { members[index(word)] = true }
  func contains(_ word: PauliMask) -> Bool { members[index(word)] }

  /// All words but the identity: nothing can be added, and unitaries map it to itself.
  private var isEverything: Bool { members.reduce(0) { $0 + ($1 ? 1 : 0) } >= members.count - 1 && !members[0] }

  mutating func formUnion(_ other: PauliSet) {
    for i in members.indices where other.members[i] { members[i] = true }
  }

  var words: [PauliMask] {
    members.indices.filter { members[$0] }.map { PauliMask(x: $0 >> wires, z: $0 & ((1 << wires) - 1)) }
  }

  /// The words that U†QU can contain, Q of the set, U the instruction.
  mutating func pullBack(through instruction: Instruction) {
    if isEverything { return }
    if case .rotation(let rotation) = instruction {
      for generator in rotation.generatorWords {
        for word in words where word.anticommutes(with: generator) {
          insert(PauliMask(x: word.x ^ generator.x, z: word.z ^ generator.z))
        }
      }
      return
    }
    let images = PauliImages(instruction)
    var result = PauliSet(wires: wires, [])
    for word in words { for image in images.of(word) { result.insert(image) } }
    self = result
  }

  /// Whether an instruction changes no word of the set.
  func isUntouched(by instruction: Instruction) -> Bool {
    switch instruction {
    case .rotation(let rotation):
      let generators = rotation.generatorWords
      return words.allSatisfy { word in generators.allSatisfy { !word.anticommutes(with: $0) } }
    default:
      let images = PauliImages(instruction)
      return words.allSatisfy { images.fixes($0) }
    }
  }
}

extension PauliRotation {
  /// `Π ⊗ P` as a sum of Pauli words that commute with each other (up to factors, without identity).
  var generatorWords: [PauliMask] {
    var words: [PauliMask] = []
    var subset = controls
    while true {
      let word = PauliMask(x: x, z: z ^ subset)
      if word.x | word.z != 0 { words.append(word) }
      if subset == 0 { return words }
      subset = (subset - 1) & controls
    }
  }
}

/// How a fixed gate maps Pauli words, found numerically on the few bits it touches.
private struct PauliImages {
  private let bits: [Int]
  /// For every local word (x << k | z): the local words of U†QU, and whether that is Q itself.
  private var table: [[Int]] = []
  private var fixed: [Bool] = []

  private typealias V = SIMD8<Double>

  init(_ instruction: Instruction) {
    let support = instruction.support
    bits = (0..<Int.bitWidth).filter { support >> $0 & 1 == 1 }
    let k = bits.count
    let size = 1 << k
    let local = instruction.compressed(to: bits)
    let simulator = LaneSimulator<V>(
      LaneProgram(
        wires: k, instructions: [local], observables: [], inputCount: 0, weightCount: 0,
        splitsPrefix: false))
    let inverse = LaneSimulator<V>(
      LaneProgram(
        wires: k, instructions: [local.adjoint], observables: [], inputCount: 0, weightCount: 0,
        splitsPrefix: false))
    for q in 0..<size * size {
      let word = PauliMask(x: q >> k, z: q & (size - 1))
      for i in 0..<2 * size { (simulator.psi[i], simulator.lambda[i]) = (.zero, .zero) }
      for column in 0..<size { simulator.psi[2 * column][column] = 1 }  // the identity, column by lane
      simulator.applyBody(simulator.psi)
      StateKernels<V>.addObservable(simulator.lambda, simulator.psi, size, word, V(repeating: 1))
      inverse.applyBody(simulator.lambda)
      var images: [Int] = []
      var isFixed = false
      for image in 0..<size * size {
        let other = PauliMask(x: image >> k, z: image & (size - 1))
        for i in 0..<2 * size { simulator.psi[i] = .zero }
        StateKernels<V>.addObservable(simulator.psi, simulator.lambda, size, other, V(repeating: 1))
        let trace = (0..<size).reduce(0) { $0 + simulator.psi[2 * $1][$1] } / Double(size)
        if abs(trace) > 1e-12 { images.append(image) }
        if image == q, abs(trace - 1) < 1e-12 { isFixed = true }
      }
      table.append(images)
      fixed.append(isFixed)
    }
  }

  private func local(_ word: PauliMask) -> Int {
    var (x, z) = (0, 0)
    for (position, bit) in bits.enumerated() {
      x |= ((word.x >> bit) & 1) << position
      z |= ((word.z >> bit) & 1) << position
    }
    return x << bits.count | z
  }

  func fixes(_ word: PauliMask) -> Bool { fixed[local(word)] }

  func of(_ word: PauliMask) -> [PauliMask] {
    let mask = bits.reduce(0) { $0 | 1 << $1 }
    return table[local(word)].map { image in
      var result = PauliMask(x: word.x & ~mask, z: word.z & ~mask)
      for (position, bit) in bits.enumerated() {
        result.x |= ((image >> (bits.count + position)) & 1) << bit
        result.z |= ((image >> position) & 1) << bit
      }
      return result
    }
  }
}

extension Instruction {
  /// A fixed gate's inverse.  (Rotations are inverted by their angle.)
  var adjoint: Instruction {
    if case .matrix(let matrix) = self { return .matrix(matrix.adjoint) }
    return self
  }

  /// The same instruction on a register of just these bits.
  func compressed(to bits: [Int]) -> Instruction {
    func move(_ mask: Int) -> Int {
      bits.enumerated().reduce(0) { $0 | ((mask >> $1.element) & 1) << $1.offset }
    }
    switch self {
    case .rotation(let r):
      return .rotation(
        PauliRotation(
          x: move(r.x), z: move(r.z), controls: move(r.controls), factor: r.factor, angle: r.angle))
    case .matrix(let m):
      return .matrix(
        ControlledMatrix(bit: move(m.target), controls: move(m.controls), re: m.re, im: m.im))
    case .swap(let s):
      return .swap(ControlledSwap(a: move(s.a), b: move(s.b), controls: move(s.controls)))
    }
  }
}

extension ControlledSwap {
  init(a: Int, b: Int, controls: Int) {
    (self.a, self.b, self.controls) = (a, b, controls)
  }
}
