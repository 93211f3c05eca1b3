// This library's own matrix products: for small sizes, where a call into oneDNN costs more than the
// work, and for Double, which oneDNN does not multiply.
// Assumed checked: sizes are 0 or more and the memory holds the matrices, row-major without gaps.

import COpenMP

/// Sizes and flags of one product: c[m, n] = a[m, k] b[k, n], or added to c when `adding`.
struct ProductForm {
  var m, n, k: Int
  var transposeA, transposeB, adding: Bool

  var work: Int { m * n * k }
}

/// An element type with the vector that kernels work in: one 256-bit register.
protocol KernelElement: Element {
  associatedtype Vector: SIMD where Vector.Scalar == Self
}
extension Float: KernelElement { typealias Vector = SIMD8<Float> }
extension Double: KernelElement { typealias Vector = SIMD4<Double> }

extension UnsafeMutablePointer where Pointee: KernelElement {
  /// The vector that begins at an index.
  @inline(__always) subscript(vector index: Int) -> Pointee.Vector {
    get { UnsafeRawPointer(self + index).loadUnaligned(as: Pointee.Vector.self) }
    nonmutating set { UnsafeMutableRawPointer(self + index).storeBytes(of: newValue, as: Pointee.Vector.self) }
  }
}

/// a * b + c in one instruction where the machine has it.
@inline(__always)
func fused<V: SIMD>(_ a: V, _ b: V, _ c: V) -> V where V.Scalar: FloatingPoint {
  HQNN_HAS_FMA != 0 ? c.addingProduct(a, b) : c + a * b
}

/// Multiply-adds per piece of work when a product is shared between threads.
private let parallelGrain = 1 << 19

// MARK: dot form

/// c[i, j] = Σ a[i, l] b[j, l]: rows times rows, both contiguous along l.
@inline(__always)
func rowProduct<S: KernelElement>(
  _ form: ProductForm, _ a: UnsafeMutablePointer<S>, _ b: UnsafeMutablePointer<S>,
  _ c: UnsafeMutablePointer<S>
) {
  let rows = max(4, min(form.m, (parallelGrain / max(1, form.n * form.k) + 3) & ~3))
  Parallel.ranges(form.m, grain: rows) { _, range in
    var i = range.lowerBound
    while i + 4 <= range.upperBound {
      rowProductOfFour(form, a + i * form.k, b, c + i * form.n)
      i += 4
    }
    while i < range.upperBound {
      rowProductOfOne(form, a + i * form.k, b, c + i * form.n)
      i += 1
    }
  }
}

@inline(__always)
private func rowProductOfFour<S: KernelElement>(
  _ form: ProductForm, _ a: UnsafeMutablePointer<S>, _ b: UnsafeMutablePointer<S>,
  _ c: UnsafeMutablePointer<S>
) {
  let (n, k) = (form.n, form.k)
  let lanes = S.Vector.scalarCount
  var j = 0
  while j < n {
    // Two rows of b at a time; the last of an odd number goes along twice and is stored once.
    let step = j + 2 <= n ? 1 : 0
    let (b0, b1) = (b + j * k, b + (j + step) * k)
    var (s00, s10, s20, s30) = (S.Vector(), S.Vector(), S.Vector(), S.Vector())
    var (s01, s11, s21, s31) = (S.Vector(), S.Vector(), S.Vector(), S.Vector())
    var l = 0
    while l + lanes <= k {
      let (x0, x1) = (b0[vector: l], b1[vector: l])
      let (a0, a1) = (a[vector: l], a[vector: l + k])
      s00 = fused(a0, x0, s00)
      s01 = fused(a0, x1, s01)
      s10 = fused(a1, x0, s10)
      s11 = fused(a1, x1, s11)
      let (a2, a3) = (a[vector: l + 2 * k], a[vector: l + 3 * k])
      s20 = fused(a2, x0, s20)
      s21 = fused(a2, x1, s21)
      s30 = fused(a3, x0, s30)
      s31 = fused(a3, x1, s31)
      l += lanes
    }
    var (t00, t10, t20, t30) = (s00.sum(), s10.sum(), s20.sum(), s30.sum())
    var (t01, t11, t21, t31) = (s01.sum(), s11.sum(), s21.sum(), s31.sum())
    while l < k {
      let (x0, x1) = (b0[l], b1[l])
      t00 += a[l] * x0
      t01 += a[l] * x1
      t10 += a[l + k] * x0
      t11 += a[l + k] * x1
      t20 += a[l + 2 * k] * x0
      t21 += a[l + 2 * k] * x1
      t30 += a[l + 3 * k] * x0
      t31 += a[l + 3 * k] * x1
      l += 1
    }
    store(t00, t10, t20, t30, c + j, n, form.adding)
    if step == 1 { store(t01, t11, t21, t31, c + j + 1, n, form.adding) }
    j += 2
  }
}

@inline(__always)
private func store<S: KernelElement>(
  _ t0: S, _ t1: S, _ t2: S, _ t3: S, _ c: UnsafeMutablePointer<S>, _ stride: Int, _ adding: Bool
) {
  c[0] = adding ? c[0] + t0 : t0
  c[stride] = adding ? c[stride] + t1 : t1
  c[2 * stride] = adding ? c[2 * stride] + t2 : t2
  c[3 * stride] = adding ? c[3 * stride] + t3 : t3
}

@inline(__always)
private func rowProductOfOne<S: KernelElement>(
  _ form: ProductForm, _ a: UnsafeMutablePointer<S>, _ b: UnsafeMutablePointer<S>,
  _ c: UnsafeMutablePointer<S>
) {
  let (n, k) = (form.n, form.k)
  let lanes = S.Vector.scalarCount
  for j in 0..<n {
    let row = b + j * k
    var (s0, s1) = (S.Vector(), S.Vector())
    var l = 0
    while l + 2 * lanes <= k {
      s0 = fused(a[vector: l], row[vector: l], s0)
      s1 = fused(a[vector: l + lanes], row[vector: l + lanes], s1)
      l += 2 * lanes
    }
    var total = (s0 + s1).sum()
    while l < k {
      total += a[l] * row[l]
      l += 1
    }
    c[j] = form.adding ? c[j] + total : total
  }
}

// MARK: panel form

/// c[i, :] = Σ a(i, l) b[l, :], with a read by any strides and b by rows or, transposed, by columns.
///
/// Four rows of c by two vectors are kept in registers.  When enough rows of c share them, or b is not
/// read along its rows, or the panel is the narrow last one, the two vectors' columns of b are first
/// packed into a contiguous panel, padded with zeros.
@inline(__always)
func panelProduct<S: KernelElement>(
  _ form: ProductForm, _ a: UnsafeMutablePointer<S>, _ b: UnsafeMutablePointer<S>,
  _ c: UnsafeMutablePointer<S>
) {
  let (m, n, k) = (form.m, form.n, form.k)
  let width = 2 * S.Vector.scalarCount
  let sharesPanels = form.transposeB || (m > 16 && k > 16)
  let panels = (n + width - 1) / width
  let grain = max(1, min(panels, parallelGrain / max(1, m * k * width)))
  Parallel.ranges(panels, grain: grain) { _, range in
    // Room for a packed panel and for four rows of a narrow result.
    withUnsafeTemporaryAllocation(of: S.self, capacity: (k + 4) * width) { room in
      guard let panel = room.baseAddress else { return }
      let rows = panel + k * width
      for j in stride(from: range.lowerBound * width, to: min(n, range.upperBound * width), by: width) {
        let columns = min(width, n - j)
        let packs = sharesPanels || columns < width
        if packs { pack(form, b, column: j, columns, width, into: panel) }
        let tile = PanelTile(
          a: a, rowStep: form.transposeA ? 1 : k, sumStep: form.transposeA ? m : 1,
          b: packs ? panel : b + j, bStep: packs ? width : n, k: k)
        var i = 0
        while i < m {
          let count = i + 4 <= m ? 4 : 1
          let out = c + i * n + j
          if columns == width {
            tile.multiply(i, rows: count, into: out, step: n, adding: form.adding)
          } else {
            tile.multiply(i, rows: count, into: rows, step: width, adding: false)
            for row in 0..<count {
              for column in 0..<columns {
                let value = rows[row * width + column]
                out[row * n + column] = form.adding ? out[row * n + column] + value : value
              }
            }
          }
          i += count
        }
      }
    }
  }
}

/// panel[l, 0..<width] = b[l, column...], zeros beyond `columns`.
@inline(__always)
private func pack<S: KernelElement>(
  _ form: ProductForm, _ b: UnsafeMutablePointer<S>, column: Int, _ columns: Int, _ width: Int,
  into panel: UnsafeMutablePointer<S>
) {
  let (rowStep, columnStep) = form.transposeB ? (1, form.k) : (form.n, 1)
  for l in 0..<form.k {
    let (from, to) = (b + l * rowStep + column * columnStep, panel + l * width)
    for j in 0..<columns { to[j] = from[j * columnStep] }
    for j in columns..<width { to[j] = 0 }
  }
}

/// One panel of b and the rows of a that it is multiplied with.
private struct PanelTile<S: KernelElement> {
  let a: UnsafeMutablePointer<S>
  let rowStep, sumStep: Int
  let b: UnsafeMutablePointer<S>
  let bStep, k: Int

  @inline(__always)
  func multiply(_ i: Int, rows: Int, into out: UnsafeMutablePointer<S>, step: Int, adding: Bool) {
    if rows == 4 {
      fourRows(i, out, step, adding)
    } else {
      oneRow(i, out, adding)
    }
  }

  @inline(__always)
  private func fourRows(_ i: Int, _ out: UnsafeMutablePointer<S>, _ step: Int, _ adding: Bool) {
    let lanes = S.Vector.scalarCount
    var (s00, s10, s20, s30) = (S.Vector(), S.Vector(), S.Vector(), S.Vector())
    var (s01, s11, s21, s31) = (S.Vector(), S.Vector(), S.Vector(), S.Vector())
    if adding {
      (s00, s01) = (out[vector: 0], out[vector: lanes])
      (s10, s11) = (out[vector: step], out[vector: step + lanes])
      (s20, s21) = (out[vector: 2 * step], out[vector: 2 * step + lanes])
      (s30, s31) = (out[vector: 3 * step], out[vector: 3 * step + lanes])
    }
    var x = a + i * rowStep
    var y = b
    for _ in 0..<k {
      let (y0, y1) = (y[vector: 0], y[vector: lanes])
      let (x0, x1) = (S.Vector(repeating: x[0]), S.Vector(repeating: x[rowStep]))
      s00 = fused(x0, y0, s00)
      s01 = fused(x0, y1, s01)
      s10 = fused(x1, y0, s10)
      s11 = fused(x1, y1, s11)
      let (x2, x3) = (S.Vector(repeating: x[2 * rowStep]), S.Vector(repeating: x[3 * rowStep]))
      s20 = fused(x2, y0, s20)
      s21 = fused(x2, y1, s21)
      s30 = fused(x3, y0, s30)
      s31 = fused(x3, y1, s31)
      x += sumStep
      y += bStep
    }
    (out[vector: 0], out[vector: lanes]) = (s00, s01)
    (out[vector: step], out[vector: step + lanes]) = (s10, s11)
    (out[vector: 2 * step], out[vector: 2 * step + lanes]) = (s20, s21)
    (out[vector: 3 * step], out[vector: 3 * step + lanes]) = (s30, s31)
  }

  @inline(__always)
  private func oneRow(_ i: Int, _ out: UnsafeMutablePointer<S>, _ adding: Bool) {
    let lanes = S.Vector.scalarCount
    var (s0, s1) = (S.Vector(), S.Vector())
    if adding { (s0, s1) = (out[vector: 0], out[vector: lanes]) }
    var x = a + i * rowStep
    var y = b
    for _ in 0..<k {
      let x0 = S.Vector(repeating: x[0])
      s0 = fused(x0, y[vector: 0], s0)
      s1 = fused(x0, y[vector: lanes], s1)
      x += sumStep
      y += bStep
    }
    (out[vector: 0], out[vector: lanes]) = (s0, s1)
  }
}
