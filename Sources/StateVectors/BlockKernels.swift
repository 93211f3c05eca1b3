// Steps on amplitudes in memory: vector v has its real parts at 2v and its imaginary parts at 2v + 1.
// Loops run over groups of vectors that a step mixes; `range` cuts the groups up for threads.

import Circuits
import Tensors

enum BlockKernels<W: StateLanes> {
  typealias State = UnsafeMutablePointer<W>

  /// Groups that a step has in `count` vectors.
  static func groups(_ op: BlockOp<W>, count: Int) -> Int {
    switch op.kind {
    case .mix, .mixReal, .exchange: return count >> op.places.count
    case .phase: return count
    case .pauli: return op.vectorX == 0 ? count : count >> 1
    }
  }

  /// Applies a step to the groups in `range`; `base` is the block's place in the state.
  static func apply(_ op: BlockOp<W>, _ psi: State, _ range: Range<Int>, base: Int) {
    if base & op.blockControls != op.blockControls { return }
    let c = op.coefficients.pointer
    let controls = op.vectorControls
    switch (op.kind, op.places.count, op.flips.count) {
    case (.exchange, _, _): exchange(psi, op.places[0], controls, range)
    case (.mix, 1, 1): mixPairs(psi, op.places[0], controls, c, range)
    case (.mixReal, 1, 1): mixPairsReal(psi, op.places[0], controls, c, range)
    case (.mix, 0, 2): mixLanes(psi, op.flips[1], controls, c, range)
    case (.mixReal, 0, 2): mixLanesReal(psi, op.flips[1], controls, c, range)
    case (.mix, 2, 1): mixQuads(psi, op.places[0], op.places[1], controls, c, range)
    case (.mix, 1, 2): mixPairsAndLanes(psi, op.places[0], op.flips[1], controls, c, range)
    case (.mix, 0, 4): mixLanePairs(psi, op.flips[1], op.flips[2], controls, c, range)
    case (.mix, _, _), (.mixReal, _, _): mixAny(psi, op, range)
    case (.phase, _, _): phase(psi, op, range, flip: isOdd(base & op.blockZ))
    case (.pauli, _, _): pauli(psi, op, range, flip: isOdd(base & op.blockZ))
    }
  }

  /// Calls the body for runs of pairs (v, v + s): first v of a run and its length.
  @inline(__always)
  private static func forPairs(_ s: Int, _ range: Range<Int>, _ body: (Int, Int) -> Void) {
    var group = range.lowerBound
    while group < range.upperBound {
      let inner = group & (s &- 1)
      let run = min(s &- inner, range.upperBound &- group)
      body(group.withZero(at: s), run)
      group &+= run
    }
  }

  private static func exchange(_ psi: State, _ s: Int, _ controls: Int, _ range: Range<Int>) {
    forPairs(s, range) { first, run in
      for v in first..<first &+ run where v & controls == controls {
        let (p, q) = (psi + 2 &* v, psi + 2 &* (v &+ s))
        let (re, im) = (p[0], p[1])
        (p[0], p[1]) = (q[0], q[1])
        (q[0], q[1]) = (re, im)
      }
    }
  }

  private static func mixPairs(
    _ psi: State, _ s: Int, _ controls: Int, _ c: UnsafePointer<W>, _ range: Range<Int>
  ) {
    let (a, b, d, e) = (c[0], c[1], c[2], c[3])
    let (f, g, h, k) = (c[4], c[5], c[6], c[7])
    forPairs(s, range) { first, run in
      for v in first..<first &+ run where v & controls == controls {
        let (p, q) = (psi + 2 &* v, psi + 2 &* (v &+ s))
        let (x, y, z, w) = (p[0], p[1], q[0], q[1])
        p[0] = W.mulSub(e, w, W.mulAdd(d, z, W.mulSub(b, y, W.product(a, x))))
        p[1] = W.mulAdd(e, z, W.mulAdd(d, w, W.mulAdd(b, x, W.product(a, y))))
        q[0] = W.mulSub(k, w, W.mulAdd(h, z, W.mulSub(g, y, W.product(f, x))))
        q[1] = W.mulAdd(k, z, W.mulAdd(h, w, W.mulAdd(g, x, W.product(f, y))))
      }
    }
  }

  private static func mixPairsReal(
    _ psi: State, _ s: Int, _ controls: Int, _ c: UnsafePointer<W>, _ range: Range<Int>
  ) {
    let (a, b, d, e) = (c[0], c[1], c[2], c[3])
    forPairs(s, range) { first, run in
      for v in first..<first &+ run where v & controls == controls {
        let (p, q) = (psi + 2 &* v, psi + 2 &* (v &+ s))
        let (x, y, z, w) = (p[0], p[1], q[0], q[1])
        p[0] = W.mulAdd(b, z, W.product(a, x))
        p[1] = W.mulAdd(b, w, W.product(a, y))
        q[0] = W.mulAdd(e, z, W.product(d, x))
        q[1] = W.mulAdd(e, w, W.product(d, y))
      }
    }
  }

  /// One bit inside the lanes: the partner comes by a shuffle, constant in each of the loops below.
  private static func mixLanes(
    _ psi: State, _ flip: Int, _ controls: Int, _ c: UnsafePointer<W>, _ range: Range<Int>
  ) {
    let (a, b, d, e) = (c[0], c[1], c[2], c[3])
    @inline(__always) func run(_ bit: Int) {
      for v in range where v & controls == controls {
        let p = psi + 2 &* v
        let (x, y) = (p[0], p[1])
        let (z, w) = (W.flipped(x, bit: bit), W.flipped(y, bit: bit))
        p[0] = W.mulSub(e, w, W.mulAdd(d, z, W.mulSub(b, y, W.product(a, x))))
        p[1] = W.mulAdd(e, z, W.mulAdd(d, w, W.mulAdd(b, x, W.product(a, y))))
      }
    }
    switch flip {
    case 1: run(0)
    case 2: run(1)
    case 4: run(2)
    default: run(3)
    }
  }

  private static func mixLanesReal(
    _ psi: State, _ flip: Int, _ controls: Int, _ c: UnsafePointer<W>, _ range: Range<Int>
  ) {
    let (a, d) = (c[0], c[1])
    @inline(__always) func run(_ bit: Int) {
      for v in range where v & controls == controls {
        let p = psi + 2 &* v
        let (x, y) = (p[0], p[1])
        p[0] = W.mulAdd(d, W.flipped(x, bit: bit), W.product(a, x))
        p[1] = W.mulAdd(d, W.flipped(y, bit: bit), W.product(a, y))
      }
    }
    switch flip {
    case 1: run(0)
    case 2: run(1)
    case 4: run(2)
    default: run(3)
    }
  }

  private typealias Four = (W, W, W, W, W, W, W, W)

  /// One row of a 4x4 complex matrix times four amplitudes.
  @inline(__always)
  private static func row(_ m: UnsafePointer<W>, _ x: Four, _ out: State) {
    var re = W.mulSub(m[1], x.1, W.product(m[0], x.0))
    var im = W.mulAdd(m[1], x.0, W.product(m[0], x.1))
    re = W.mulSub(m[3], x.3, W.mulAdd(m[2], x.2, re))
    im = W.mulAdd(m[3], x.2, W.mulAdd(m[2], x.3, im))
    re = W.mulSub(m[5], x.5, W.mulAdd(m[4], x.4, re))
    im = W.mulAdd(m[5], x.4, W.mulAdd(m[4], x.5, im))
    re = W.mulSub(m[7], x.7, W.mulAdd(m[6], x.6, re))
    im = W.mulAdd(m[7], x.6, W.mulAdd(m[6], x.7, im))
    out[0] = re
    out[1] = im
  }

  /// Two bits, one among the vectors, one among the lanes.
  private static func mixPairsAndLanes(
    _ psi: State, _ s: Int, _ flip: Int, _ controls: Int, _ c: UnsafePointer<W>, _ range: Range<Int>
  ) {
    let bit = flip.trailingZeroBitCount
    forPairs(s, range) { first, run in
      for v in first..<first &+ run where v & controls == controls {
        let (p, q) = (psi + 2 &* v, psi + 2 &* (v &+ s))
        let (x, y, z, w) = (p[0], p[1], q[0], q[1])
        let inputs = (
          x, y, W.flipped(x, bit: bit), W.flipped(y, bit: bit), z, w, W.flipped(z, bit: bit), W.flipped(w, bit: bit)
        )
        row(c, inputs, p)
        row(c + 8, inputs, q)
      }
    }
  }

  /// Two bits, both among the lanes.
  private static func mixLanePairs(
    _ psi: State, _ flip: Int, _ other: Int, _ controls: Int, _ c: UnsafePointer<W>, _ range: Range<Int>
  ) {
    let (a, b) = (flip.trailingZeroBitCount, other.trailingZeroBitCount)
    for v in range where v & controls == controls {
      let p = psi + 2 &* v
      let (x, y) = (p[0], p[1])
      let (z, w) = (W.flipped(x, bit: a), W.flipped(y, bit: a))
      row(
        c, (x, y, z, w, W.flipped(x, bit: b), W.flipped(y, bit: b), W.flipped(z, bit: b), W.flipped(w, bit: b)), p)
    }
  }

  /// Two bits, both among the vectors: 4x4 complex.
  private static func mixQuads(
    _ psi: State, _ s: Int, _ t: Int, _ controls: Int, _ c: UnsafePointer<W>, _ range: Range<Int>
  ) {
    forPairs(s, range) { start, run in
      // `start` has a zero at s; a run never crosses t, because s < t are powers of two.
      let first = start.withZero(at: t)
      for i in 0..<run {
        let v = first &+ i
        if v & controls != controls { continue }
        let p = psi + 2 &* v
        let (q, r, u) = (p + 2 &* s, p + 2 &* t, p + 2 &* (s &+ t))
        let (x0, y0, x1, y1) = (p[0], p[1], q[0], q[1])
        let (x2, y2, x3, y3) = (r[0], r[1], u[0], u[1])
        let inputs = (x0, y0, x1, y1, x2, y2, x3, y3)
        row(c, inputs, p)
        row(c + 8, inputs, q)
        row(c + 16, inputs, r)
        row(c + 24, inputs, u)
      }
    }
  }

  /// Any number of target bits in vectors and lanes.
  private static func mixAny(_ psi: State, _ op: BlockOp<W>, _ range: Range<Int>) {
    let outer = 1 << op.places.count
    let flips = op.flips.count
    let isReal = op.kind == .mixReal
    let c = op.coefficients.pointer
    let offsets = (0..<outer).map { a in
      op.places.enumerated().reduce(0) { $0 + (a >> $1.offset & 1 == 1 ? $1.element : 0) }
    }
    withUnsafeTemporaryAllocation(of: W.self, capacity: 2 * outer * flips) { inputs in
      for group in range {
        var v = group
        for place in op.places { v = v.withZero(at: place) }
        if v & op.vectorControls != op.vectorControls { continue }
        for b in 0..<outer {
          let p = psi + 2 * (v + offsets[b])
          for m in 0..<flips {
            inputs[2 * (b * flips + m)] = W.flipped(p[0], mask: op.flips[m])
            inputs[2 * (b * flips + m) + 1] = W.flipped(p[1], mask: op.flips[m])
          }
        }
        for a in 0..<outer {
          var (re, im) = (W.zeros, W.zeros)
          for j in 0..<outer * flips {
            let (x, y) = (inputs[2 * j], inputs[2 * j + 1])
            if isReal {
              let m = c[a * outer * flips + j]
              re = W.mulAdd(m, x, re)
              im = W.mulAdd(m, y, im)
            } else {
              let m = c + 2 * (a * outer * flips + j)
              re = W.mulSub(m[1], y, W.mulAdd(m[0], x, re))
              im = W.mulAdd(m[1], x, W.mulAdd(m[0], y, im))
            }
          }
          let p = psi + 2 * (v + offsets[a])
          (p[0], p[1]) = (re, im)
        }
      }
    }
  }

  private static func phase(_ psi: State, _ op: BlockOp<W>, _ range: Range<Int>, flip: Bool) {
    let (cos, sin) = (op.coefficients.pointer[0], op.coefficients.pointer[1])
    let opposite = W.product(sin, .all(-1))
    let (even, odd) = flip ? (opposite, sin) : (sin, opposite)
    let (controls, z) = (op.vectorControls, op.vectorZ)
    for v in range where v & controls == controls {
      let p = psi + 2 &* v
      let s = isOdd(v & z) ? odd : even
      let (x, y) = (p[0], p[1])
      p[0] = W.mulAdd(s, y, W.product(cos, x))
      p[1] = W.mulSub(s, x, W.product(cos, y))
    }
  }

  private static func pauli(_ psi: State, _ op: BlockOp<W>, _ range: Range<Int>, flip: Bool) {
    let c = op.coefficients.pointer
    let cos = c[0]
    let minus = W.all(-1)
    let (re, im) = flip ? (W.product(c[1], minus), W.product(c[2], minus)) : (c[1], c[2])
    let (reOdd, imOdd) = (W.product(re, minus), W.product(im, minus))
    let (controls, z, lane) = (op.vectorControls, op.vectorZ, op.flips[0])
    if op.vectorX == 0 {
      for v in range where v & controls == controls {
        let p = psi + 2 &* v
        let (a, b) = isOdd(v & z) ? (reOdd, imOdd) : (re, im)
        let (x, y) = (p[0], p[1])
        let (u, w) = (W.flipped(x, mask: lane), W.flipped(y, mask: lane))
        p[0] = W.mulSub(b, w, W.mulAdd(a, u, W.product(cos, x)))
        p[1] = W.mulAdd(b, u, W.mulAdd(a, w, W.product(cos, y)))
      }
      return
    }
    let top = 1 << (Int.bitWidth - 1 - op.vectorX.leadingZeroBitCount)
    for group in range {
      let v = group.withZero(at: top)
      if v & controls != controls { continue }
      let other = v ^ op.vectorX
      let (p, q) = (psi + 2 &* v, psi + 2 &* other)
      let (a, b) = isOdd(v & z) ? (reOdd, imOdd) : (re, im)
      let (d, e) = isOdd(other & z) ? (reOdd, imOdd) : (re, im)
      let (x, y, u, w) = (p[0], p[1], q[0], q[1])
      let (fx, fy, fu, fw) = (
        W.flipped(x, mask: lane), W.flipped(y, mask: lane), W.flipped(u, mask: lane), W.flipped(w, mask: lane)
      )
      p[0] = W.mulSub(b, fw, W.mulAdd(a, fu, W.product(cos, x)))
      p[1] = W.mulAdd(b, fu, W.mulAdd(a, fw, W.product(cos, y)))
      q[0] = W.mulSub(e, fy, W.mulAdd(d, fx, W.product(cos, u)))
      q[1] = W.mulAdd(e, fx, W.mulAdd(d, fy, W.product(cos, w)))
    }
  }
}
