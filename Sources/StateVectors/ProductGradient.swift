// The way back through the product state at the start: λ with all other wires projected on their own states leaves
// two numbers per wire, from which the derivatives of that wire's rotations follow.

import Circuits
import Tensors

struct ProductGradient {
  typealias Complex = (re: Double, im: Double)

  /// Derivatives of all prefix rotations of a state λ that belongs to the product state.
  static func derivatives<W: StateLanes>(
    _ program: StateProgram, _ start: ProductStart, _ lambda: UnsafePointer<W>, angle: (StateStep.Part) -> Double,
    _ body: (StateStep.Part, Double) -> Void
  ) {
    let n = program.wires
    let low = min(n, 12)
    let (lowFactors, highFactors) = (Array(start.factors[..<low]), Array(start.factors[low...]))
    let (ofLow, ofHigh) = (product(lowFactors), product(highFactors))
    let (vectors, rows) = (1 << (low - W.bits), 1 << (n - low))
    let lowPlane = Buffer64<W>(2 * vectors)
    for (index, value) in ofLow.enumerated() {
      lowPlane.pointer[2 * (index >> W.bits)][index & ((1 << W.bits) - 1)] = W.Scalar(value.re)
      lowPlane.pointer[2 * (index >> W.bits) + 1][index & ((1 << W.bits) - 1)] = W.Scalar(value.im)
    }
    // λ contracted over the high wires (a vector over the low ones), and over the low wires.
    let grain = 64
    let pieces = (rows + grain - 1) / grain
    let partial = Buffer64<W>(pieces * 2 * vectors)
    let overLow = Buffer64<Double>(2 * rows)
    Parallel.ranges(rows, grain: grain) { piece, range in
      let sums = partial.pointer + piece * 2 * vectors
      for i in 0..<2 * vectors { sums[i] = W.zeros }
      for row in range {
        let source = lambda + 2 * row * vectors
        let (c, s) = (W.all(ofHigh[row].re), W.all(ofHigh[row].im))
        var (re, im) = (W.zeros, W.zeros)
        for v in 0..<vectors {
          let (x, y) = (source[2 * v], source[2 * v + 1])
          sums[2 * v] = W.mulAdd(c, x, W.mulAdd(s, y, sums[2 * v]))
          sums[2 * v + 1] = W.mulAdd(c, y, W.mulSub(s, x, sums[2 * v + 1]))
          let (a, b) = (lowPlane.pointer[2 * v], lowPlane.pointer[2 * v + 1])
          re = W.mulAdd(a, x, W.mulAdd(b, y, re))
          im = W.mulAdd(a, y, W.mulSub(b, x, im))
        }
        overLow.pointer[2 * row] = re.total
        overLow.pointer[2 * row + 1] = im.total
      }
    }
    var lowVector = [Complex](repeating: (0, 0), count: 1 << low)
    for piece in 0..<pieces {
      let sums = partial.pointer + piece * 2 * vectors
      for index in 0..<1 << low {
        let (v, lane) = (index >> W.bits, index & ((1 << W.bits) - 1))
        lowVector[index].re += Double(sums[2 * v][lane])
        lowVector[index].im += Double(sums[2 * v + 1][lane])
      }
    }
    let highVector = (0..<rows).map { (re: overLow.pointer[2 * $0], im: overLow.pointer[2 * $0 + 1]) }
    let environments = contracted(lowVector, lowFactors) + contracted(highVector, highFactors)
    for (parts, environment) in zip(program.prefix, environments) {
      ofWire(parts, environment, angle: angle, body)
    }
  }

  private static func times(_ a: Complex, _ b: Complex) -> Complex {
    (a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re)
  }

  /// Amplitudes of a product state, the first factor the least significant bit.
  private static func product(_ factors: [ProductStart.Factor]) -> [Complex] {
    factors.reduce([(1, 0)]) { state, factor in
      state.map { times($0, factor.amplitude(false)) } + state.map { times($0, factor.amplitude(true)) }
    }
  }

  /// For each bit ν[a] = Σ λ_i conj(the other bits' amplitudes) over the i with that bit a.
  private static func contracted(_ vector: [Complex], _ factors: [ProductStart.Factor]) -> [(Complex, Complex)] {
    var (result, rest) = ([(Complex, Complex)](), vector)
    for bit in factors.indices.reversed() {
      let half = 1 << bit
      let below = product(Array(factors[..<bit]))
      var (zero, one): (Complex, Complex) = ((0, 0), (0, 0))
      var next = [Complex](repeating: (0, 0), count: half)
      let (a, b) = (factors[bit].amplitude(false), factors[bit].amplitude(true))
      for i in 0..<half {
        let conjugate = (re: below[i].re, im: -below[i].im)
        let (p, q) = (times(conjugate, rest[i]), times(conjugate, rest[i + half]))
        (zero.re, zero.im) = (zero.re + p.re, zero.im + p.im)
        (one.re, one.im) = (one.re + q.re, one.im + q.im)
        let (u, v) = (times((a.re, -a.im), rest[i]), times((b.re, -b.im), rest[i + half]))
        next[i] = (u.re + v.re, u.im + v.im)
      }
      result.append((zero, one))
      rest = next
    }
    return result.reversed()
  }

  /// 2 Re Σ_a conj(ν[a]) dφ[a] for every rotation of a wire.
  private static func ofWire(
    _ parts: [StateStep.Part], _ environment: (Complex, Complex), angle: (StateStep.Part) -> Double,
    _ body: (StateStep.Part, Double) -> Void
  ) {
    for (position, part) in parts.enumerated() {
      guard case .rotation(let r) = part.instruction, r.angle.slot != .none else { continue }
      let bits = [part.instruction.support.trailingZeroBitCount]
      let unitaries = parts.map { $0.bound(angle).compressed(to: bits).matrix(bits: 1) }
      var derivative = part.generator(bits)
      for u in unitaries[...position].reversed() { derivative = derivative * u }
      for u in unitaries[(position + 1)...] { derivative = u * derivative }
      let (p, q) = (derivative[0, 0], derivative[1, 0])
      let total = environment.0.re * p.re + environment.0.im * p.im + environment.1.re * q.re + environment.1.im * q.im
      body(part, 2 * total)
    }
  }
}
