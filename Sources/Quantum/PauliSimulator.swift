// Runs a PauliProgram for one vector of samples, forwards and backwards.  Rotations and gates are undone on the
// way back; noise cannot be, so vectors from before it are kept, √k of k at a time when memory is short.

import Circuits
import Tensors

/// Vectors and scratch for one thread.
struct PauliSimulator<V: Lanes> {
  typealias Vector = UnsafeMutablePointer<V>

  let program: PauliProgram
  private let memory: Storage
  let r: Vector
  /// The adjoint; only with `backward`.
  let lambda: Vector
  /// Cosine and sine of every rotation's φ.
  private let cosines: Vector
  private let sines: Vector
  /// φ per unit of the angle's inputs: by the first (or a weight), by the second (or the input).
  private let slopes: Vector
  private let scratch: Vector
  private let saved: Vector
  /// Steps that cannot be undone, and how many of them come to one checkpoint.
  private let lossy: [Int]
  private let interval: Int
  private let amplitudes: PauliAmplitudes<V>?

  /// Bytes that one simulator takes.
  static func bytes(_ program: PauliProgram, backward: Bool) -> Int {
    let stride = MemoryLayout<V>.stride
    return stride * (count(program, backward: backward) * program.size + fixed(program))
  }

  /// Vectors of 4^wires entries.
  private static func count(_ program: PauliProgram, backward: Bool) -> Int {
    let start = startVectors(program)
    guard backward else { return 1 + start }
    let lossy = program.isOrthogonal.reduce(0) { $0 + ($1 ? 0 : 1) }
    let interval = interval(lossy, program)
    return 2 + start + (interval == 1 ? lossy : (lossy + interval - 1) / interval + interval)
  }

  /// States of 2^wires amplitudes, in whole vectors.
  private static func startVectors(_ program: PauliProgram) -> Int {
    if case .zero = program.start { return 0 }
    return 1 + (8 << program.wires) / program.size
  }

  private static func fixed(_ program: PauliProgram) -> Int { 4 * program.rotations.count + 256 + 4 * program.wires }

  /// All vectors are kept where that is 64 MiB at most.
  private static func interval(_ lossy: Int, _ program: PauliProgram) -> Int {
    if lossy * program.size * MemoryLayout<V>.stride <= 64 << 20 { return 1 }
    return max(1, Int(Double(lossy).squareRoot().rounded(.up)))
  }

  init(_ program: PauliProgram, backward: Bool) {
    self.program = program
    memory = Storage(bytes: Self.bytes(program, backward: backward))
    let base = memory.pointer.assumingMemoryBound(to: V.self)
    let (size, count) = (program.size, program.rotations.count)
    cosines = base
    sines = base + count
    slopes = base + 2 * count
    scratch = base + 4 * count
    let vectors = base + Self.fixed(program)
    r = vectors
    lambda = vectors + size
    let start = Self.startVectors(program)
    saved = vectors + (backward ? 2 + start : 1 + start) * size
    let lossy = backward ? program.isOrthogonal.indices.filter { !program.isOrthogonal[$0] } : []
    self.lossy = lossy
    interval = Self.interval(lossy.count, program)
    amplitudes = start == 0 ? nil : PauliAmplitudes(program, vectors + (backward ? 2 : 1) * size)
  }

  // MARK: Angles

  /// Puts in weights and inputs; `inputs[column]` is a vector of samples.  `shift` is added to one rotation's angle.
  func load(inputs: UnsafePointer<V>?, weights: [Double], large: Bool, shift: Shift? = nil) {
    for (k, rotation) in program.rotations.enumerated() {
      let angle = rotation.angle
      let f = rotation.factor
      var offset = angle.offset
      if let shift, shift.rotation == rotation.number { offset += shift.by }
      let slope = slopes + 2 * k
      guard let inputs, angle.dependsOnInput else {
        var theta = offset
        if case .weight(let weight) = angle.slot {
          theta += angle.scale * weights[weight]
          slope[0] = V.all(f * angle.scale)
        }
        let (sin, cos) = sineAndCosine(f * theta)
        (cosines[k], sines[k]) = (V.all(cos), V.all(sin))
        continue
      }
      let scale = f * angle.scale
      var phi = V.all(f * offset)
      switch angle.slot {
      case .none, .weight: break
      case .input(let column):
        slope[0] = V.all(scale)
        phi = V.mulAdd(inputs[column], V.all(scale), phi)
      case .inputProduct(let a, let b):
        (slope[0], slope[1]) = (V.all(scale) * inputs[b], V.all(scale) * inputs[a])
        phi = V.mulAdd(inputs[a], slope[0], phi)
      case .weightedInput(let weight, let column):
        (slope[0], slope[1]) = (V.all(scale) * inputs[column], V.all(scale * weights[weight]))
        phi = V.mulAdd(inputs[column], slope[1], phi)
      }
      (sines[k], cosines[k]) = large ? V.slowSincos(phi) : V.sincos(phi)
    }
  }

  // MARK: Forward

  /// r of the circuit's end.  `product`: wires that are alone are kept as a product as long as they are, which is
  /// faster but leaves nothing for the way back.
  func run(inputs: UnsafePointer<V>?, product: Bool) {
    if let amplitudes {
      amplitudes.load(inputs, into: r, scratch)
      apply(0..<program.steps.count)
    } else {
      startFromZeros(through: product ? program.prefixCount : 0)
      apply((product ? program.prefixCount : 0)..<program.steps.count)
    }
  }

  /// |0…0⟩: words of I and Z alone are 1.  With the first steps done on every wire's own vector.
  private func startFromZeros(through count: Int) {
    let single = scratch + 256
    for bit in 0..<program.wires {
      (single[4 * bit], single[4 * bit + 1]) = (V.all(1), V.all(1))
      (single[4 * bit + 2], single[4 * bit + 3]) = (V.zeros, V.zeros)
    }
    for step in program.steps[..<count] {
      switch step {
      case .rotation(let k):
        let rotation = program.rotations[k]
        let bit = rotation.word.trailingZeroBitCount / 2
        PauliKernels.rotate(
          single + 4 * bit, 4, rotation.moved(down: bit), cos: cosines[k], sin: sines[k])
      case .local(let k):
        let local = program.locals[k]
        local.matrix.withUnsafeBufferPointer {
          PauliKernels.apply(single + 4 * local.bits[0], 4, bit: 0, $0.baseAddress!, transposed: false)
        }
      case .block: break
      }
    }
    let widths = [Int](repeating: 4, count: program.wires)
    PauliKernels.expand(single, widths: widths, program.wires, into: r)
  }

  /// Steps in order on r; vectors from before the lossy ones are kept if the program is to be run backwards.
  func apply(_ range: Range<Int>, keeping: Bool = false) {
    var next = keeping ? lossy.firstIndex { $0 >= range.lowerBound } ?? lossy.count : 0
    for index in range {
      if keeping, next < lossy.count, lossy[next] == index {
        if next % interval == 0 { (saved + next / interval * program.size).update(from: r, count: program.size) }
        next += 1
      }
      apply(program.steps[index], to: r, transposed: false)
    }
  }

  @inline(__always)
  private func apply(_ step: PauliProgram.Step, to vector: Vector, transposed: Bool) {
    switch step {
    case .rotation(let k):
      PauliKernels.rotate(
        vector, program.size, program.rotations[k], cos: cosines[k], sin: transposed ? -sines[k] : sines[k])
    case .local(let k):
      let local = program.locals[k]
      local.matrix.withUnsafeBufferPointer {
        PauliKernels.apply(vector, program.size, bit: local.bits[0], $0.baseAddress!, transposed: transposed)
      }
    case .block(let k):
      PauliKernels.apply(vector, program.size, program.blocks[k], transposed: transposed, scratch: scratch)
    }
  }

  /// The words' expectation values into outputs[k].
  func measure(_ outputs: UnsafeMutablePointer<V>) {
    for (k, word) in program.words.enumerated() { outputs[k] = r[word.index] }
  }

  // MARK: Backward

  /// Runs so that `sweepBack` can follow.
  func runKeeping(inputs: UnsafePointer<V>?) {
    if let amplitudes { amplitudes.load(inputs, into: r, scratch) } else { startFromZeros(through: 0) }
    apply(0..<program.steps.count, keeping: true)
  }

  /// λ = Σ_k g_k (word k)
  func seed(_ gradient: UnsafePointer<V>) {
    for i in 0..<program.size { lambda[i] = V.zeros }
    for (k, word) in program.words.enumerated() { lambda[word.index] = lambda[word.index] + gradient[k] }
  }

  /// Pulls λ back to the start and adds to the derivatives of inputs and weights; either may be nil.
  func sweepBack(inputGradient: UnsafeMutablePointer<V>?, weightGradient: UnsafeMutablePointer<V>?) {
    var next = lossy.count
    for index in program.steps.indices.reversed() {
      let step = program.steps[index]
      if case .rotation(let k) = step {
        let slope = PauliKernels.undo(
          r, lambda, program.size, program.rotations[k], cos: cosines[k], sin: sines[k])
        add(slope, of: k, inputGradient, weightGradient)
        continue
      }
      if next > 0, lossy[next - 1] == index {
        next -= 1
        restore(next)
      } else {
        apply(step, to: r, transposed: true)
      }
      apply(step, to: lambda, transposed: true)
    }
    if let inputGradient, let amplitudes { amplitudes.addGradient(lambda, inputGradient, scratch) }
  }

  /// r as it was before the lossy step of this number.
  private func restore(_ number: Int) {
    let size = program.size
    let checkpoint = saved + number / interval * size
    if interval == 1 { return r.update(from: checkpoint, count: size) }
    let segment = saved + (lossy.count + interval - 1) / interval * size
    let first = number / interval * interval
    if number == min(first + interval, lossy.count) - 1 {
      // The segment's last one comes first: run it again from its checkpoint and keep all of it.
      r.update(from: checkpoint, count: size)
      for k in first...number {
        if k > first { apply(lossy[k - 1]..<lossy[k]) }
        (segment + (k - first) * size).update(from: r, count: size)
      }
    }
    r.update(from: segment + (number - first) * size, count: size)
  }

  @inline(__always)
  private func add(
    _ derivative: V, of k: Int, _ inputGradient: UnsafeMutablePointer<V>?, _ weightGradient: UnsafeMutablePointer<V>?
  ) {
    let slope = slopes + 2 * k
    func add(_ place: UnsafeMutablePointer<V>?, _ index: Int, _ factor: V) {
      if let place { place[index] = V.mulAdd(derivative, factor, place[index]) }
    }
    switch program.rotations[k].angle.slot {
    case .none: break
    case .weight(let weight): add(weightGradient, weight, slope[0])
    case .input(let column): add(inputGradient, column, slope[0])
    case .inputProduct(let a, let b):
      add(inputGradient, a, slope[0])
      add(inputGradient, b, slope[1])
    case .weightedInput(let weight, let column):
      add(weightGradient, weight, slope[0])
      add(inputGradient, column, slope[1])
    }
  }
}

extension WordRotation {
  /// The same on a vector of that bit alone.
  @inline(__always)
  func moved(down bit: Int) -> WordRotation {
    WordRotation(word: word >> (2 * bit), factor: factor, angle: angle, number: number)
  }
}
