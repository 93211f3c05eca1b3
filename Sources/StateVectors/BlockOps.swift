// Steps with their numbers put in, as plain memory for the block kernels: which vectors belong together, what
// they are multiplied by.

import Circuits
import Tensors

/// A step on a block of amplitudes in vectors of W, real and imaginary part in turn.
struct BlockOp<W: StateLanes> {
  enum Kind: UInt8 {
    /// out_a = Σ_b,m C[a][b][m] ∘ flip_m(in_b): any unitary on up to three bits.
    case mix
    /// The same with real coefficients.
    case mixReal
    /// Vectors a and b of each pair change places.
    case exchange
    /// Amplitude i gets exp(-iφ), conjugated where the parity of i & z is odd.
    case phase
    /// cos φ ψ - i sin φ Pψ for a word P with X or Y on several bits.
    case pauli
  }

  var kind: Kind
  /// Target bits among the vectors' numbers, as powers of two ascending.
  var places: [Int] = []
  /// Lane masks of the flips, and for `pauli` the one flip.
  var flips: [Int] = [0]
  /// Bits of the vector number, and of the whole block's index, that must be 1.
  var vectorControls = 0
  var blockControls = 0
  /// Of phase and pauli: the parity masks over vector number and block index, and X over the vector number.
  var vectorZ = 0
  var blockZ = 0
  var vectorX = 0
  /// mix: real and imaginary parts in the order [a][b][m]; phase and pauli: cos and sin, lane by lane.
  var coefficients = Buffer64<W>(0)
}

/// `count` elements, freed with the last reference.
final class Buffer64<T>: @unchecked Sendable {
  let count: Int
  let pointer: UnsafeMutablePointer<T>
  private let storage: Storage

  init(_ count: Int) {
    self.count = count
    storage = Storage(bytes: max(1, count) * MemoryLayout<T>.stride)
    pointer = storage.pointer.bindMemory(to: T.self, capacity: max(1, count))
  }

  convenience init(_ values: [T]) {
    self.init(values.count)
    for (index, value) in values.enumerated() { pointer[index] = value }
  }
}

/// Where a pass's local bits lie: local bit j is bit `bits[j]` of the register, lanes first.
struct LocalBits {
  let mask: Int
  let laneBits: Int

  func lanes(_ global: Int) -> Int { global.extracted(by: mask) & ((1 << laneBits) - 1) }
  func vectors(_ global: Int) -> Int { global.extracted(by: mask) >> laneBits }
  func blocks(_ global: Int) -> Int { global & ~mask }
}

extension BlockOp {
  /// A step in a block.  `angles` gives the angle of a part; `inverse`: undo the step.
  init(_ step: StateStep, _ place: LocalBits, inverse: Bool, angle: (StateStep.Part) -> Double) {
    let controls = step.controls
    let laneControls = place.lanes(controls)
    switch step.kind {
    case .gate:
      self.init(kind: .mix)
      let bits = step.targets.bitNumbers
      var matrix = step.matrix(angle: angle)
      if inverse { matrix = matrix.adjoint }
      mix(matrix, bits: bits, place, laneControls)
    case .phase, .pauli:
      self.init(kind: step.kind == .phase ? .phase : .pauli)
      guard case .rotation(let r) = step.parts[0].instruction else { preconditionFailure("a rotation") }
      let (sin, cos) = sineAndCosine(r.factor * angle(step.parts[0]) * (inverse ? -1 : 1))
      vectorZ = place.vectors(r.z)
      blockZ = place.blocks(r.z)
      let laneZ = place.lanes(r.z)
      vectorX = place.vectors(r.x)
      flips = [place.lanes(r.x)]
      // (Pψ)_i = i^y (-1)^((i ^ x)·z) ψ_(i ^ x): the sign at the source, written for the target.
      let odd = r.x == 0 ? 0 : (r.x & r.z).nonzeroBitCount & 1
      coefficients = Buffer64([
        .lanes { $0 & laneControls == laneControls ? cos : 1 },
        .lanes { lane in
          guard lane & laneControls == laneControls else { return 0 }
          return (isOdd(lane & laneZ) != (odd == 1)) ? -sin : sin
        },
      ])
      if kind == .pauli {
        // -i sin · i^y: the factor's real and imaginary part.
        let y = r.yCount & 3
        let (re, im) = [(0.0, -1.0), (1, 0), (0, 1), (-1, 0)][y]
        coefficients = Buffer64([
          coefficients.pointer[0], W.product(coefficients.pointer[1], .all(re)),
          W.product(coefficients.pointer[1], .all(im)),
        ])
      }
    }
    vectorControls = place.vectors(controls)
    blockControls = place.blocks(controls)
  }

  /// Coefficients of a matrix on register bits (ascending, least significant first).
  private mutating func mix(_ matrix: ComplexMatrix, bits: [Int], _ place: LocalBits, _ laneControls: Int) {
    var (laneOf, vectorOf): ([Int: Int], [Int: Int]) = ([:], [:])  // matrix bit → lane bit, index into places
    var laneMasks: [Int] = []
    for (index, bit) in bits.enumerated() {
      let lane = place.lanes(1 << bit)
      if lane != 0 {
        laneOf[index] = lane
        laneMasks.append(lane)
      } else {
        vectorOf[index] = places.count
        places.append(place.vectors(1 << bit))
      }
    }
    flips = [0]
    for mask in laneMasks { flips += flips.map { $0 | mask } }
    let (outer, lanes) = (1 << places.count, 1 << W.bits)
    if matrix.isExchange, laneMasks.isEmpty, laneControls == 0, places.count == 1 {
      kind = .exchange
      return
    }
    /// Row or column of the matrix for a choice of vector and a lane.
    func index(_ vector: Int, _ lane: Int) -> Int {
      var result = 0
      for (bit, mask) in laneOf where lane & mask != 0 { result |= 1 << bit }
      for (bit, position) in vectorOf where vector >> position & 1 == 1 { result |= 1 << bit }
      return result
    }
    var values: [W] = []
    var isReal = true
    for a in 0..<outer {
      for b in 0..<outer {
        for flip in flips {
          var (re, im) = (W.zeros, W.zeros)
          for lane in 0..<lanes {
            if lane & laneControls == laneControls {
              let entry = matrix[index(a, lane), index(b, lane ^ flip)]
              (re[lane], im[lane]) = (W.Scalar(entry.re), W.Scalar(entry.im))
              if entry.im != 0 { isReal = false }
            } else if a == b && flip == 0 {
              re[lane] = 1
            }
          }
          values += [re, im]
        }
      }
    }
    if isReal {
      kind = .mixReal
      values = stride(from: 0, to: values.count, by: 2).map { values[$0] }
    }
    coefficients = Buffer64(values)
  }
}

extension StateStep {
  /// The unitary of a gate step on its target bits, ascending, controls taken as 1.
  func matrix(angle: (Part) -> Double) -> ComplexMatrix {
    let bits = targets.bitNumbers
    var result = ComplexMatrix.identity(1 << bits.count)
    for part in parts { result = part.bound(angle).uncontrolled.compressed(to: bits).matrix(bits: bits.count) * result }
    return result
  }
}

extension StateStep.Part {
  /// The instruction with its angle put in.
  func bound(_ angle: (StateStep.Part) -> Double) -> Instruction {
    guard case .rotation(let r) = instruction else { return instruction }
    return .rotation(r.with(.constant(angle(self))))
  }
}

extension Instruction {
  /// The same without controls.  (A phase on controls alone keeps the one that it acts on.)
  var uncontrolled: Instruction {
    switch self {
    case .rotation(let r):
      return r.x | r.z == 0
        ? self : .rotation(PauliRotation(x: r.x, z: r.z, controls: 0, factor: r.factor, angle: r.angle))
    case .matrix(let m): return .matrix(ControlledMatrix(bit: m.target, controls: 0, re: m.re, im: m.im))
    case .swap(let s): return .swap(ControlledSwap(a: s.a, b: s.b, controls: 0))
    case .unitary(let u): return .unitary(ControlledUnitary(bits: u.bits, controls: 0, u.matrix))
    case .channel: return self
    }
  }
}

extension ComplexMatrix {
  /// Whether it is the matrix of X.
  var isExchange: Bool { dimension == 2 && re == [0, 1, 1, 0] && im == [0, 0, 0, 0] }
}
