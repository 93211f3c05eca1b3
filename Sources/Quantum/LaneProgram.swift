// A circuit prepared for running gate by gate with samples in SIMD lanes: which gates act on wires that
// are still alone (they make up a product state), and which on the whole state.

import Circuits

/// What a LaneSimulator runs.
struct LaneProgram: Sendable {
  /// A step refers to a rotation by its number, so that angles can be bound once per call.
  enum Step: Sendable {
    case rotation(Int)
    case matrix(ControlledMatrix)
    case swap(ControlledSwap)
    case unitary(ControlledUnitary)
  }

  let wires: Int
  let size: Int
  let inputCount: Int
  let weightCount: Int
  /// All rotations in order.
  private(set) var rotations: [PauliRotation]
  /// For each bit, least significant first, the steps before any gate joins it to others.
  let prefix: [[Step]]
  let body: [Step]
  let observables: [PauliMask]
  /// Observables whose value is that of the negative word.
  let negative: [Bool]
  let start: StartState
  /// Whether any observable is a word of Z alone.
  let measuresDiagonals: Bool
  /// The same steps as plain memory, for the simulator.
  private(set) var code: LaneCode

  /// `splitsPrefix`: collect single-wire gates before others join them.  `prefixCount`: only among so
  /// many first instructions.
  init(
    wires: Int, instructions: [Instruction], observables: [PauliMask], negative: [Bool]? = nil, inputCount: Int,
    weightCount: Int, start: StartState = .zero, splitsPrefix: Bool = true, prefixCount: Int? = nil
  ) {
    self.wires = wires
    size = 1 << wires
    self.observables = observables
    self.negative = negative ?? Array(repeating: false, count: observables.count)
    self.start = start
    measuresDiagonals = observables.contains { $0.x == 0 }
    self.inputCount = inputCount
    self.weightCount = weightCount
    var rotations: [PauliRotation] = []
    var (prefix, body) = (Array(repeating: [Step](), count: wires), [Step]())
    var waiting: [(step: Step, rotation: PauliRotation)] = []
    var joined = splitsPrefix ? 0 : size - 1
    if case .zero = start {} else { joined = size - 1 }
    for (position, instruction) in instructions.enumerated() {
      if position == prefixCount { joined = size - 1 }
      let step: Step
      switch instruction {
      case .rotation(let rotation):
        step = .rotation(rotations.count)
        rotations.append(rotation)
      case .matrix(let matrix): step = .matrix(matrix)
      case .swap(let swap): step = .swap(swap)
      case .unitary(let unitary): step = .unitary(unitary)
      case .channel: preconditionFailure("a state vector has no channels")
      }
      let support = instruction.support
      if support == 0 { continue }  // a global phase
      if support.nonzeroBitCount == 1, support & joined == 0 {
        prefix[support.trailingZeroBitCount].append(step)
        continue
      }
      joined |= support
      // Diagonal rotations wait for each other as long as what comes between commutes with them.
      if case .rotation(let r) = instruction, r.isFixedDiagonal {
        waiting.append((step, r))
        continue
      }
      if waiting.contains(where: { !$0.rotation.commutes(with: instruction) }) {
        body += waiting.map(\.step)
        waiting = []
      }
      body.append(step)
    }
    body += waiting.map(\.step)
    (self.rotations, self.prefix, self.body) = (rotations, prefix, body)
    code = LaneCode(
      rotations: rotations, prefix: prefix, body: body, observables: observables, negative: self.negative)
  }

  /// A circuit for its expectation values.  Without words it is run for its state, gate by gate.
  init(_ circuit: Circuit, _ lowering: Lowering, words: [PauliMask]) {
    let instructions = lowering.instructions.map(\.instruction)
    let frame = words.isEmpty ? nil : CliffordFrame(instructions, words: words)
    self.init(
      wires: lowering.wires, instructions: frame?.instructions ?? instructions, observables: frame?.words ?? words,
      negative: frame?.negative, inputCount: circuit.inputCount, weightCount: circuit.weightCount,
      start: lowering.start)
  }

  /// The same program with a number added to the angle of one rotation.
  func shifting(_ rotation: Int, by shift: Double) -> LaneProgram {
    var result = self
    let old = rotations[rotation]
    var angle = old.angle
    angle.offset += shift
    result.rotations[rotation] = old.with(angle)
    result.code = LaneCode(
      rotations: result.rotations, prefix: prefix, body: body, observables: observables, negative: negative)
    return result
  }

  /// Vector operations of a forward run, for the cost model.
  var cost: Double {
    var amplitudes = 2.0 * Double(size)
    for run in code.diagonalRuns { amplitudes -= Double((run.count - 1) * size) * 4 }
    for step in body {
      switch step {
      case .rotation(let r): amplitudes += Double(size >> rotations[r].controls.nonzeroBitCount) * 4
      case .matrix(let m): amplitudes += Double(size >> m.controls.nonzeroBitCount) * (m.isX ? 2 : 8)
      case .swap: amplitudes += Double(size)
      case .unitary(let u): amplitudes += Double(size >> u.controls.nonzeroBitCount) * Double(4 * u.matrix.dimension)
      }
    }
    for observable in observables { amplitudes += Double(size) * (observable.x == 0 ? 1 : 2) }
    let inputs = rotations.filter { $0.angle.dependsOnInput }.count
    return amplitudes + Double(inputs) * 30 + Double(rotations.count) * 6
  }
}

extension PauliRotation {
  /// Whether a diagonal rotation and an instruction may change places, seen from the structure alone.
  func commutes(with other: Instruction) -> Bool {
    if support & other.support == 0 { return true }
    switch other {
    case .rotation(let r):
      if r.x == 0 { return true }
      return generatorWords.allSatisfy { word in r.generatorWords.allSatisfy { !$0.anticommutes(with: word) } }
    case .matrix(let m): return m.isDiagonal || m.target & support == 0
    case .swap, .unitary, .channel: return false
    }
  }
}
