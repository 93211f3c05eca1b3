// Runs a LaneProgram for one vector of samples, forwards and backwards (path 4: gate by gate).
// Adjoint differentiation (Jones and Gacon 2020): nothing is stored, gates are undone on the way back.

import Circuits
import Tensors

/// State vectors and scratch for one thread.
struct LaneSimulator<V: Lanes> {
  typealias State = UnsafeMutablePointer<V>

  let program: LaneProgram
  let code: LaneCode
  let rotations: UnsafeMutablePointer<PauliRotation>
  private let memory: Storage
  /// The state, 2 vectors per amplitude.
  let psi: State
  /// The adjoint state.
  let lambda: State
  /// The two amplitudes of every bit's own state in the product prefix.
  private let single: State
  /// Half angles of the rotations, those of inputs filled in per block.
  let angles: UnsafeMutablePointer<HalfAngle<V>>
  /// Phases of the diagonal runs, owned by the bound angles.
  private var phases: [Buffer<V.Scalar>] = []
  private var inputScales: [Double] = []
  private var weights: [Double] = []
  /// Derivatives of angles with two factors: by the first (or the weight), by the second (or the input).
  private let slopes: State
  /// 1 / norm of an amplitude encoding.
  private let inverseNorm: State
  private let preparation: LanePreparation

  init(_ program: LaneProgram) {
    self.program = program
    code = program.code
    rotations = code.rotations.pointer
    let size = program.size
    memory = Storage(
      bytes: MemoryLayout<V>.stride
        * (6 * size + 4 * program.wires + 2 * code.rotations.count + 2 * code.slopeCount + 8))
    let base = memory.pointer.assumingMemoryBound(to: V.self)
    psi = base
    lambda = base + 2 * size
    single = base + 6 * size
    angles = UnsafeMutableRawPointer(base + 6 * size + 4 * program.wires)
      .assumingMemoryBound(to: HalfAngle<V>.self)
    slopes = base + 6 * size + 4 * program.wires + 2 * code.rotations.count
    inverseNorm = slopes + 2 * code.slopeCount
    preparation = LanePreparation(program.start)
  }

  /// Space of one more state, for contractions.
  private var spare: State { psi + 4 * program.size }

  // MARK: Angles

  /// Takes over bound angles; once per call.
  mutating func load(_ bound: BoundAngles<V>) {
    bound.angles.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { angles.update(from: base, count: source.count) }
    }
    phases = bound.phases
    inputScales = bound.inputScales
    weights = bound.weights
  }

  /// Fills in the angles of inputs; `inputs[column]` is a vector of samples.
  private func load(inputs: UnsafePointer<V>, stride: Int, large: Bool) {
    for k in 0..<code.inputRotations.count {
      let input = code.inputRotations[k]
      var x = inputs[input.column * stride]
      if input.slope >= 0 {
        let slope = slopes + 2 * input.slope
        if input.otherColumn >= 0 {
          let y = inputs[input.otherColumn * stride]
          (slope[0], slope[1]) = (y * V.all(2 * input.scale), x * V.all(2 * input.scale))
          x = x * y
        } else {
          (slope[0], slope[1]) = (x * V.all(2 * input.scale), V.all(2 * input.scale * weights[input.weight]))
        }
      }
      let half = V.mulAdd(x, V.all(inputScales[k]), V.all(input.offset))
      let (sin, cos) = large ? V.slowSincos(half) : V.sincos(half)
      angles[input.rotation] = HalfAngle(cos: cos, sin: sin)
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
    switch preparation {
    case .product: prepare()
    case .amplitudes(let amplitudes): amplitudes.load(inputs, stride: stride, psi, program.size, inverseNorm)
    case .state(let state):
      for i in 0..<2 * program.size { psi[i] = i < state.count ? V.all(state[i]) : V.zeros }
    }
  }

  /// Expectation values of the state into outputs[k * stride].
  func measure(_ outputs: UnsafeMutablePointer<V>, stride: Int) {
    // Words of Z alone are signed sums of the probabilities, which are computed once.
    if program.measuresDiagonals { StateKernels.probabilities(psi, program.size, into: spare) }
    for k in 0..<code.observables.count {
      let observable = code.observables[k]
      let value =
        observable.x == 0
        ? StateKernels.signedSum(spare, program.size, z: observable.z)
        : StateKernels.expectation(psi, program.size, observable)
      outputs[k * stride] = code.negative[k] ? -value : value
    }
  }

  /// The product state of the prefix.
  func prepare() {
    psi[0] = V.all(1)
    psi[1] = V.zeros
    var size = 1
    for bit in 0..<program.wires {
      let phi = single + 4 * bit
      phi[0] = V.all(1)
      for k in 1..<4 { phi[k] = V.zeros }
      for k in code.prefixFirst[bit]..<code.prefixFirst[bit + 1] { apply(code.prefix[k], to: phi, bit: bit) }
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
  private func apply(_ step: LaneCode.Step, to phi: State, bit: Int, inverse: Bool = false) {
    let index = Int(step.index)
    if step.kind == .rotation {
      let angle = angles + index
      let sin = inverse ? -angle.pointee.sin : angle.pointee.sin
      StateKernels.rotateSingle(phi, rotations[index], cos: angle.pointee.cos, sin: sin)
    } else {
      let matrix = code.matrices[index]
      StateKernels.apply(phi, 2, (inverse ? matrix.adjoint : matrix).moved(down: bit))
    }
  }

  /// The body's gates in order, or some of them, on any state of the program's size.
  func applyBody(_ state: State, _ range: Range<Int>? = nil) {
    let size = program.size
    for k in range ?? 0..<code.body.count {
      let index = Int(code.body[k].index)
      switch code.body[k].kind {
      case .rotation: StateKernels.rotate(state, size, rotations[index], angles[index])
      case .matrix: StateKernels.apply(state, size, code.matrices[index])
      case .swap: StateKernels.apply(state, size, code.swaps[index])
      case .unitary: StateKernels.apply(state, size, code.unitaries[index], inverse: false, scratch: spare)
      case .diagonalRun: StateKernels.multiply(state, size, phases[index].pointer, inverse: false)
      }
    }
  }

  // MARK: Backward

  /// λ = Σ_k g_k O_k ψ
  func seed(_ gradient: UnsafePointer<V>, stride: Int) {
    let size = program.size
    // Words of Z alone make up one diagonal matrix.
    if program.measuresDiagonals {
      for i in 0..<size {
        var weight = V.zeros
        for k in 0..<code.observables.count where code.observables[k].x == 0 {
          let g = code.negative[k] ? -gradient[k * stride] : gradient[k * stride]
          weight = (i & code.observables[k].z).nonzeroBitCount & 1 == 1 ? weight - g : weight + g
        }
        lambda[2 * i] = weight * psi[2 * i]
        lambda[2 * i + 1] = weight * psi[2 * i + 1]
      }
    } else {
      for i in 0..<2 * size { lambda[i] = V.zeros }
    }
    for k in 0..<code.observables.count where code.observables[k].x != 0 {
      let g = gradient[k * stride]
      StateKernels.addObservable(lambda, psi, size, code.observables[k], code.negative[k] ? -g : g)
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
    for k in (range ?? 0..<code.body.count).reversed() {
      let index = Int(code.body[k].index)
      switch code.body[k].kind {
      case .rotation:
        let rotation = rotations[index]
        if wants(rotation, inputGradient, weightGradient) {
          let product = StateKernels.generatorProduct(lambda, psi, size, rotation)
          addGradient(index, product, inputGradient, stride, weightGradient)
        }
        let angle = HalfAngle(cos: angles[index].cos, sin: -angles[index].sin)
        StateKernels.rotate(psi, size, rotation, angle)
        StateKernels.rotate(lambda, size, rotation, angle)
      case .matrix:
        let inverse = code.matrices[index].adjoint
        StateKernels.apply(psi, size, inverse)
        StateKernels.apply(lambda, size, inverse)
      case .swap:
        StateKernels.apply(psi, size, code.swaps[index])
        StateKernels.apply(lambda, size, code.swaps[index])
      case .unitary:
        StateKernels.apply(psi, size, code.unitaries[index], inverse: true, scratch: spare)
        StateKernels.apply(lambda, size, code.unitaries[index], inverse: true, scratch: spare)
      case .diagonalRun:
        if let weightGradient { addDiagonalGradients(code.diagonalRuns[index], weightGradient) }
        StateKernels.multiply(psi, size, phases[index].pointer, inverse: true)
        StateKernels.multiply(lambda, size, phases[index].pointer, inverse: true)
      }
    }
  }

  /// Derivatives of a run of diagonal rotations: their generators are signs, so all are signed sums of
  /// Im(λ* ψ), computed once.
  private func addDiagonalGradients(_ run: Buffer<Int>, _ weightGradient: UnsafeMutablePointer<V>) {
    guard (0..<run.count).contains(where: { rotations[run[$0]].angle.slot != .none }) else { return }
    let size = program.size
    for i in 0..<size {
      spare[i] = V.mulSub(lambda[2 * i + 1], psi[2 * i], lambda[2 * i] * psi[2 * i + 1])
    }
    for k in 0..<run.count {
      let rotation = rotations[run[k]]
      guard case .weight(let weight) = rotation.angle.slot else { continue }
      let sum = StateKernels.signedSum(spare, size, z: rotation.z, controls: rotation.controls)
      weightGradient[weight] = V.mulAdd(
        sum, V.all(2 * rotation.factor * rotation.angle.scale), weightGradient[weight])
    }
  }

  /// Whether any derivative by a rotation's angle is wanted.
  @inline(__always)
  private func wants(
    _ rotation: PauliRotation, _ inputGradient: UnsafeMutablePointer<V>?, _ weightGradient: UnsafeMutablePointer<V>?
  ) -> Bool {
    switch rotation.angle.slot {
    case .none: return false
    case .input, .inputProduct: return inputGradient != nil
    case .weight: return weightGradient != nil
    case .weightedInput: return inputGradient != nil || weightGradient != nil
    }
  }

  /// Adds a rotation's derivative, `product` being Im⟨λ|ΠP|ψ⟩, to those of its slot.
  @inline(__always)
  private func addGradient(
    _ index: Int, _ product: V, _ inputGradient: UnsafeMutablePointer<V>?, _ stride: Int,
    _ weightGradient: UnsafeMutablePointer<V>?
  ) {
    let rotation = rotations[index]
    switch rotation.angle.slot {
    case .none: break
    case .input(let column):
      let place = inputGradient! + column * stride
      place.pointee = V.mulAdd(product, V.all(2 * rotation.factor * rotation.angle.scale), place.pointee)
    case .weight(let weight):
      let place = weightGradient! + weight
      place.pointee = V.mulAdd(product, V.all(2 * rotation.factor * rotation.angle.scale), place.pointee)
    case .inputProduct(let a, let b):
      let slope = slopes + 2 * Int(code.slopes[index])
      inputGradient![a * stride] = V.mulAdd(product, slope[0], inputGradient![a * stride])
      inputGradient![b * stride] = V.mulAdd(product, slope[1], inputGradient![b * stride])
    case .weightedInput(let weight, let column):
      let slope = slopes + 2 * Int(code.slopes[index])
      if let weightGradient { weightGradient[weight] = V.mulAdd(product, slope[0], weightGradient[weight]) }
      if let inputGradient {
        inputGradient[column * stride] = V.mulAdd(product, slope[1], inputGradient[column * stride])
      }
    }
  }

  /// The product prefix backwards.  With all other bits projected on their own states, λ leaves a
  /// state of two amplitudes per bit; on these the bit's gates are undone as above.
  func undoPrefix(
    inputGradient: UnsafeMutablePointer<V>?, stride: Int, weightGradient: UnsafeMutablePointer<V>?
  ) {
    switch preparation {
    case .product: break
    case .amplitudes(let amplitudes):
      if let inputGradient { amplitudes.addGradient(psi, lambda, inverseNorm, inputGradient, stride) }
      return
    case .state: return
    }
    // Bits below `bit` as a product in `spare`, bits above contracted out of λ.
    let wires = program.wires
    for bit in (0..<wires).reversed() {
      let half = 1 << bit
      let phi = single + 4 * bit
      let steps = code.prefixFirst[bit]..<code.prefixFirst[bit + 1]
      if steps.contains(where: { isWanted(code.prefix[$0], inputGradient, weightGradient) }) {
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
            undo(steps, bit, nu, inputGradient, stride, weightGradient)
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
    _ step: LaneCode.Step, _ inputGradient: UnsafeMutablePointer<V>?,
    _ weightGradient: UnsafeMutablePointer<V>?
  ) -> Bool {
    step.kind == .rotation
      && wants(rotations[Int(step.index)], inputGradient, weightGradient)
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
    _ steps: Range<Int>, _ bit: Int, _ nu: State,
    _ inputGradient: UnsafeMutablePointer<V>?, _ stride: Int,
    _ weightGradient: UnsafeMutablePointer<V>?
  ) {
    // The bit's own state is needed afterwards, so a copy is undone.
    var copy = (single[4 * bit], single[4 * bit + 1], single[4 * bit + 2], single[4 * bit + 3])
    withUnsafeMutablePointer(to: &copy) { pointer in
      pointer.withMemoryRebound(to: V.self, capacity: 4) { phi in
        for k in steps.reversed() {
          let step = code.prefix[k]
          if step.kind == .rotation {
            let rotation = rotations[Int(step.index)]
            if wants(rotation, inputGradient, weightGradient) {
              let product = StateKernels.generatorProductSingle(nu, phi, rotation)
              addGradient(Int(step.index), product, inputGradient, stride, weightGradient)
            }
          }
          apply(step, to: phi, bit: bit, inverse: true)
          apply(step, to: nu, bit: bit, inverse: true)
        }
      }
    }
  }
}

extension ControlledMatrix {
  /// The same gate with all masks shifted down, for a state of that bit alone.
  @inline(__always)
  func moved(down bits: Int) -> ControlledMatrix {
    ControlledMatrix(bit: target >> bits, controls: controls >> bits, re: re, im: im)
  }
}
