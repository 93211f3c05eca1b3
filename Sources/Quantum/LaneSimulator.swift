// Runs a LaneProgram for one vector of samples, forwards and backwards (path 4: gate by gate).
// Adjoint differentiation (Jones and Gacon 2020): nothing is stored, gates are undone on the way back.

import Tensors

/// State vectors and scratch for one thread.
struct LaneSimulator<V: Lanes> {
  typealias State = UnsafeMutablePointer<V>

  let program: LaneProgram
  private let memory: Storage
  /// The state, 2 vectors per amplitude.
  let psi: State
  /// The adjoint state.
  let lambda: State
  /// The two amplitudes of every bit's own state in the product prefix.
  private let single: State
  /// Half angles of the rotations, those of inputs filled in per block.
  private let angles: UnsafeMutablePointer<HalfAngle<V>>

  init(_ program: LaneProgram) {
    self.program = program
    let size = program.size
    let rotations = program.rotations.count
    memory = Storage(
      bytes: MemoryLayout<V>.stride * (6 * size + 4 * program.wires + 2 * rotations + 8))
    let base = memory.pointer.assumingMemoryBound(to: V.self)
    psi = base
    lambda = base + 2 * size
    single = base + 6 * size
    angles = UnsafeMutableRawPointer(base + 6 * size + 4 * program.wires)
      .assumingMemoryBound(to: HalfAngle<V>.self)
  }

  /// Space of one more state, for contractions.
  private var spare: State { psi + 4 * program.size }

  // MARK: Angles

  /// Takes over bound angles; once per call.
  func load(_ bound: BoundAngles<V>) {
    for (index, angle) in bound.angles.enumerated() { angles[index] = angle }
  }

  /// Fills in the angles of inputs; `inputs[column]` is a vector of samples.
  private func load(inputs: UnsafePointer<V>, stride: Int, large: Bool) {
    for (index, rotation) in program.rotations.enumerated() {
      guard case .input(let column) = rotation.angle.slot else { continue }
      let half = V.mulAdd(
        inputs[column * stride], V.all(rotation.factor * rotation.angle.scale),
        V.all(rotation.factor * rotation.angle.offset))
      let (sin, cos) = large ? V.slowSincos(half) : V.sincos(half)
      angles[index] = HalfAngle(cos: cos, sin: sin)
    }
  }

  // MARK: Forward

  /// ψ = U|0…0⟩ for one vector of samples.
  func run(inputs: UnsafePointer<V>, stride: Int, large: Bool) {
    runPrefix(inputs: inputs, stride: stride, large: large)
    applyBody(psi)
  }

  /// The product state of the prefix alone, with the angles of all inputs loaded.
  func runPrefix(inputs: UnsafePointer<V>, stride: Int, large: Bool) {
    load(inputs: inputs, stride: stride, large: large)
    prepare()
  }

  /// Expectation values of the state into outputs[k * stride].
  func measure(_ outputs: UnsafeMutablePointer<V>, stride: Int) {
    for (k, observable) in program.observables.enumerated() {
      outputs[k * stride] = StateKernels.expectation(psi, program.size, observable)
    }
  }

  /// The product state of the prefix.
  private func prepare() {
    psi[0] = V.all(1)
    psi[1] = V.zeros
    var size = 1
    for bit in 0..<program.wires {
      let phi = single + 4 * bit
      phi[0] = V.all(1)
      for k in 1..<4 { phi[k] = V.zeros }
      for step in program.prefix[bit] { apply(step, to: phi, bit: bit) }
      for i in 0..<size {
        let (re, im) = (psi[2 * i], psi[2 * i + 1])
        psi[2 * (i + size)] = V.mulSub(im, phi[3], re * phi[2])
        psi[2 * (i + size) + 1] = V.mulAdd(re, phi[3], im * phi[2])
        psi[2 * i] = V.mulSub(im, phi[1], re * phi[0])
        psi[2 * i + 1] = V.mulAdd(re, phi[1], im * phi[0])
      }
      size *= 2
    }
  }

  /// A prefix step on the two amplitudes of its own bit.
  private func apply(_ step: LaneProgram.Step, to phi: State, bit: Int, inverse: Bool = false) {
    switch step {
    case .rotation(let index):
      var angle = angles[index]
      if inverse { angle.sin = -angle.sin }
      StateKernels.rotate(phi, 2, program.rotations[index].moved(down: bit), angle)
    case .matrix(let matrix):
      StateKernels.apply(phi, 2, (inverse ? matrix.adjoint : matrix).moved(down: bit))
    case .swap: break  // acts on two wires, never in a prefix
    }
  }

  /// The body's gates in order, or some of them, on any state of the program's size.
  func applyBody(_ state: State, _ range: Range<Int>? = nil) {
    let size = program.size
    for step in program.body[range ?? program.body.indices] {
      switch step {
      case .rotation(let index):
        StateKernels.rotate(state, size, program.rotations[index], angles[index])
      case .matrix(let matrix): StateKernels.apply(state, size, matrix)
      case .swap(let swap): StateKernels.apply(state, size, swap)
      }
    }
  }

  // MARK: Backward

  /// λ = Σ_k g_k O_k ψ
  func seed(_ gradient: UnsafePointer<V>, stride: Int) {
    for i in 0..<2 * program.size { lambda[i] = V.zeros }
    for (k, observable) in program.observables.enumerated() {
      StateKernels.addObservable(lambda, psi, program.size, observable, gradient[k * stride])
    }
  }

  /// Undoes the whole circuit on ψ and λ and adds to the derivatives of inputs and weights.
  ///
  /// inputGradient[column * stride] and weightGradient[index] are added to; either may be nil.
  func sweepBack(
    inputGradient: UnsafeMutablePointer<V>?, stride: Int, weightGradient: UnsafeMutablePointer<V>?
  ) {
    undoBody(inputGradient: inputGradient, stride: stride, weightGradient: weightGradient)
    undoPrefix(inputGradient: inputGradient, stride: stride, weightGradient: weightGradient)
  }

  /// Undoes the body, or some of its gates, on ψ and λ.
  func undoBody(
    _ range: Range<Int>? = nil, inputGradient: UnsafeMutablePointer<V>?, stride: Int,
    weightGradient: UnsafeMutablePointer<V>?
  ) {
    let size = program.size
    for step in program.body[range ?? program.body.indices].reversed() {
      switch step {
      case .rotation(let index):
        let rotation = program.rotations[index]
        if let place = gradientPlace(rotation, inputGradient, stride, weightGradient) {
          let product = StateKernels.generatorProduct(lambda, psi, size, rotation)
          place.pointee = V.mulAdd(product, V.all(2 * rotation.factor * rotation.angle.scale), place.pointee)
        }
        let angle = HalfAngle(cos: angles[index].cos, sin: -angles[index].sin)
        StateKernels.rotate(psi, size, rotation, angle)
        StateKernels.rotate(lambda, size, rotation, angle)
      case .matrix(let matrix):
        let inverse = matrix.adjoint
        StateKernels.apply(psi, size, inverse)
        StateKernels.apply(lambda, size, inverse)
      case .swap(let swap):
        StateKernels.apply(psi, size, swap)
        StateKernels.apply(lambda, size, swap)
      }
    }
  }

  /// Where a rotation's derivative is to be added, if it is wanted.
  @inline(__always)
  private func gradientPlace(
    _ rotation: PauliRotation, _ inputGradient: UnsafeMutablePointer<V>?, _ stride: Int,
    _ weightGradient: UnsafeMutablePointer<V>?
  ) -> UnsafeMutablePointer<V>? {
    switch rotation.angle.slot {
    case .none: return nil
    case .input(let column): return inputGradient.map { $0 + column * stride }
    case .weight(let index): return weightGradient.map { $0 + index }
    }
  }

  /// The product prefix backwards.  With all other bits projected on their own states, λ leaves a
  /// state of two amplitudes per bit; on these the bit's gates are undone as above.
  func undoPrefix(
    inputGradient: UnsafeMutablePointer<V>?, stride: Int, weightGradient: UnsafeMutablePointer<V>?
  ) {
    // Bits below `bit` as a product in `spare`, bits above contracted out of λ.
    let wires = program.wires
    for bit in (0..<wires).reversed() {
      let half = 1 << bit
      let phi = single + 4 * bit
      if program.prefix[bit].contains(where: { isWanted($0, inputGradient, weightGradient) }) {
        lowerProduct(bits: bit)
        var nu = (V.zeros, V.zeros, V.zeros, V.zeros)
        for i in 0..<half {
          let (re, im) = (spare[2 * i], spare[2 * i + 1])
          let (a, b) = (lambda[2 * i], lambda[2 * i + 1])
          let (c, d) = (lambda[2 * (i + half)], lambda[2 * (i + half) + 1])
          nu.0 = V.mulAdd(re, a, V.mulAdd(im, b, nu.0))
          nu.1 = V.mulAdd(re, b, V.mulSub(im, a, nu.1))
          nu.2 = V.mulAdd(re, c, V.mulAdd(im, d, nu.2))
          nu.3 = V.mulAdd(re, d, V.mulSub(im, c, nu.3))
        }
        withUnsafeMutablePointer(to: &nu) { pair in
          pair.withMemoryRebound(to: V.self, capacity: 4) { nu in
            undo(program.prefix[bit], bit, nu, inputGradient, stride, weightGradient)
          }
        }
      }
      // λ ← ⟨φ_bit|λ⟩; φ was undone above only in a copy.
      for i in 0..<half {
        let (a, b) = (lambda[2 * i], lambda[2 * i + 1])
        let (c, d) = (lambda[2 * (i + half)], lambda[2 * (i + half) + 1])
        lambda[2 * i] = V.mulAdd(phi[0], a, V.mulAdd(phi[1], b, V.mulAdd(phi[2], c, phi[3] * d)))
        lambda[2 * i + 1] = V.mulSub(phi[1], a, V.mulSub(phi[3], c, V.mulAdd(phi[0], b, phi[2] * d)))
      }
    }
  }

  private func isWanted(
    _ step: LaneProgram.Step, _ inputGradient: UnsafeMutablePointer<V>?,
    _ weightGradient: UnsafeMutablePointer<V>?
  ) -> Bool {
    guard case .rotation(let index) = step else { return false }
    return gradientPlace(program.rotations[index], inputGradient, 0, weightGradient) != nil
  }

  /// The product state of the lowest `bits` bits, into `spare`.
  private func lowerProduct(bits: Int) {
    spare[0] = V.all(1)
    spare[1] = V.zeros
    var size = 1
    for bit in 0..<bits {
      let phi = single + 4 * bit
      for i in 0..<size {
        let (re, im) = (spare[2 * i], spare[2 * i + 1])
        spare[2 * (i + size)] = V.mulSub(im, phi[3], re * phi[2])
        spare[2 * (i + size) + 1] = V.mulAdd(re, phi[3], im * phi[2])
        spare[2 * i] = V.mulSub(im, phi[1], re * phi[0])
        spare[2 * i + 1] = V.mulAdd(re, phi[1], im * phi[0])
      }
      size *= 2
    }
  }

  private func undo(
    _ steps: [LaneProgram.Step], _ bit: Int, _ nu: State,
    _ inputGradient: UnsafeMutablePointer<V>?, _ stride: Int,
    _ weightGradient: UnsafeMutablePointer<V>?
  ) {
    // The bit's own state is needed afterwards, so a copy is undone.
    var copy = (single[4 * bit], single[4 * bit + 1], single[4 * bit + 2], single[4 * bit + 3])
    withUnsafeMutablePointer(to: &copy) { pointer in
      pointer.withMemoryRebound(to: V.self, capacity: 4) { phi in
        for step in steps.reversed() {
          if case .rotation(let index) = step {
            let rotation = program.rotations[index]
            if let place = gradientPlace(rotation, inputGradient, stride, weightGradient) {
              let product = StateKernels.generatorProduct(nu, phi, 2, rotation.moved(down: bit))
              place.pointee = V.mulAdd(
                product, V.all(2 * rotation.factor * rotation.angle.scale), place.pointee)
            }
          }
          apply(step, to: phi, bit: bit, inverse: true)
          apply(step, to: nu, bit: bit, inverse: true)
        }
      }
    }
  }
}

extension PauliRotation {
  /// The same rotation with all masks shifted down, for a state of that bit alone.
  @inline(__always)
  func moved(down bits: Int) -> PauliRotation {
    PauliRotation(x: x >> bits, z: z >> bits, controls: controls >> bits, factor: factor, angle: angle)
  }

  init(x: Int, z: Int, controls: Int, factor: Double, angle: Angle) {
    (self.x, self.z, self.controls, self.factor, self.angle) = (x, z, controls, factor, angle)
  }
}

extension ControlledMatrix {
  @inline(__always)
  func moved(down bits: Int) -> ControlledMatrix {
    ControlledMatrix(bit: target >> bits, controls: controls >> bits, re: re, im: im)
  }
}
