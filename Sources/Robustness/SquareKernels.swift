// The changes that a square attack proposes to one sample.
// Assumed checked: x and clean of one type with rows of the geometry's size.

import Glibc
import Tensors

struct SquareChange {
  let place: SquarePlace
  let norm: ThreatModel.Norm
  /// The start instead of a window.
  let isFirst: Bool
  let eps, low, high: Double

  /// Changes row `index` of x, of which row `row` of clean is the original.
  func apply(_ x: Tensor, _ index: Int, clean: Tensor, _ row: Int, _ stream: inout RandomStream) {
    switch x.type {
    case .float32: apply(x, index, clean, row, &stream, Float.self)
    case .float64: apply(x, index, clean, row, &stream, Double.self)
    }
  }

  private func apply<S: Element>(
    _ x: Tensor, _ index: Int, _ clean: Tensor, _ row: Int, _ stream: inout RandomStream, _: S.Type
  ) {
    let image = place.image
    let size = image.channels * image.height * image.width
    let (to, from) = (x.pointer(S.self) + index * size, clean.pointer(S.self) + row * size)
    switch (norm, isFirst) {
    case (.linf, true): stripes(to, from, &stream)
    case (.linf, false): window(to, from, &stream)
    case (_, true): bumps(to, from, &stream)
    case (_, false): moveBudget(to, from, &stream)
    }
  }

  private func clamp<S: Element>(_ value: S) -> S { min(S(high), max(S(low), value)) }

  private func sign(_ stream: inout RandomStream) -> Double { stream.next() & 1 == 0 ? 1 : -1 }

  // MARK: L∞

  /// A sign for each column of each channel.
  private func stripes<S: Element>(_ x: UnsafeMutablePointer<S>, _ clean: UnsafeMutablePointer<S>, _ stream: inout RandomStream) {
    let image = place.image
    for channel in 0..<image.channels {
      for column in 0..<image.width {
        let change = S(eps * sign(&stream))
        for row in 0..<image.height {
          let i = (channel * image.height + row) * image.width + column
          x[i] = clamp(clean[i] + change)
        }
      }
    }
  }

  /// Signs of a window's channels, drawn again when they change nothing.
  private func window<S: Element>(_ x: UnsafeMutablePointer<S>, _ clean: UnsafeMutablePointer<S>, _ stream: inout RandomStream) {
    let image = place.image
    let top = stream.below(image.height - place.high + 1)
    let left = stream.below(image.width - place.wide + 1)
    var isNew = false
    var tries = 0
    while !isNew && tries < 10 {
      tries += 1
      for channel in 0..<image.channels {
        let change = S(eps * sign(&stream))
        for row in top..<top + place.high {
          let first = (channel * image.height + row) * image.width
          for i in first + left..<first + left + place.wide {
            let value = clamp(clean[i] + change)
            if abs(value - x[i]) > 1e-7 { isNew = true }
            x[i] = value
          }
        }
      }
    }
  }

  // MARK: L2

  /// Bumps on a grid of about five by five windows, each channel with signs of its own, of length eps together.
  private func bumps<S: Element>(_ x: UnsafeMutablePointer<S>, _ clean: UnsafeMutablePointer<S>, _ stream: inout RandomStream) {
    let image = place.image
    let (high, wide) = (max(1, image.height / 5), max(1, image.width / 5))
    var delta = [Double](repeating: 0, count: image.channels * image.height * image.width)
    for top in stride(from: 0, to: image.height, by: high) {
      for left in stride(from: 0, to: image.width, by: wide) {
        let (rows, columns) = (min(high, image.height - top), min(wide, image.width - left))
        let bump = Self.bump(rows, columns, isTurned: stream.next() & 1 == 0)
        for channel in 0..<image.channels {
          let sign = sign(&stream)
          for i in bump.indices {
            let y = (channel * image.height + top + i / columns) * image.width + left + i % columns
            delta[y] = sign * bump[i]
          }
        }
      }
    }
    put(delta, x, clean)
  }

  /// Takes the budget of a second window into the first, and adds a bump to what is there.
  private func moveBudget<S: Element>(_ x: UnsafeMutablePointer<S>, _ clean: UnsafeMutablePointer<S>, _ stream: inout RandomStream) {
    let image = place.image
    // The bump has two halves around a middle: an odd side of three or more.
    func side(_ wanted: Int, _ room: Int) -> Int { min(room, max(3, wanted | 1)) }
    let (high, wide) = (side(place.high, image.height), side(place.wide, image.width))
    let first = (top: stream.below(image.height - high + 1), left: stream.below(image.width - wide + 1))
    let second = (top: stream.below(image.height - high + 1), left: stream.below(image.width - wide + 1))
    let bump = Self.bump(high, wide, isTurned: stream.next() & 1 == 0)
    let plane = image.height * image.width
    var delta = (0..<image.channels * plane).map { Double(x[$0] - clean[$0]) }
    var length = 0.0
    for value in delta { length += value * value }
    let unused = max(0, eps * eps - length) / Double(image.channels)
    for channel in 0..<image.channels {
      let base = channel * plane
      var (inFirst, inBoth) = (0.0, 0.0)
      for i in bump.indices {
        let (row, column) = (i / wide, i % wide)
        let a = base + (first.top + row) * image.width + first.left + column
        inFirst += delta[a] * delta[a]
        inBoth += delta[a] * delta[a]
        let (y, z) = (second.top + row, second.left + column)
        let isShared = y >= first.top && y < first.top + high && z >= first.left && z < first.left + wide
        let b = base + y * image.width + z
        if !isShared { inBoth += delta[b] * delta[b] }
      }
      let sign = sign(&stream)
      var fresh = [Double](repeating: 0, count: bump.count)
      var size = 0.0
      for i in bump.indices {
        let a = base + (first.top + i / wide) * image.width + first.left + i % wide
        fresh[i] = sign * bump[i] + delta[a] / (1e-12 + inFirst.squareRoot())
        size += fresh[i] * fresh[i]
      }
      let scale = (unused + inBoth).squareRoot() / (1e-12 + size.squareRoot())
      for i in bump.indices { delta[base + (second.top + i / wide) * image.width + second.left + i % wide] = 0 }
      for i in bump.indices {
        delta[base + (first.top + i / wide) * image.width + first.left + i % wide] = fresh[i] * scale
      }
    }
    put(delta, x, clean)
  }

  /// x ← clip(clean + delta of length eps)
  private func put<S: Element>(_ delta: [Double], _ x: UnsafeMutablePointer<S>, _ clean: UnsafeMutablePointer<S>) {
    var sum = 0.0
    for value in delta { sum += value * value }
    let scale = eps / max(1e-300, sum.squareRoot())
    for i in delta.indices { x[i] = clamp(clean[i] + S(delta[i] * scale)) }
  }

  /// A positive and a negative pyramid side by side, of length 1 together (section 3.4 of the paper): one above the other, or
  /// turned by a quarter.  With one row they stand in it one after the other.
  static func bump(_ high: Int, _ wide: Int, isTurned: Bool) -> [Double] {
    if high == 1 && wide == 1 { return [1] }
    let isAcross = high == 1 || (wide > 1 && isTurned)
    let (long, broad) = isAcross ? (wide, high) : (high, wide)
    var values = [Double](repeating: 0, count: high * wide)
    let middle = long / 2
    for (range, sign) in [(0..<middle, 1.0), (middle..<long, -1.0)] {
      for i in range {
        for j in 0..<broad {
          let height = pyramid(i - range.lowerBound, range.count, j, broad)
          values[isAcross ? j * wide + i : i * wide + j] = sign * height
        }
      }
    }
    let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return values.map { $0 / length }
  }

  /// Σ 1 / (r + 1)² over the rings r around the middle that the place lies within: highest in the middle.
  private static func pyramid(_ i: Int, _ rows: Int, _ j: Int, _ columns: Int) -> Double {
    let ring = max(abs(i - rows / 2), abs(j - columns / 2))
    let rings = max(rows / 2, columns / 2)
    var sum = 0.0
    for r in ring...max(ring, rings) { sum += 1 / (Double(r + 1) * Double(r + 1)) }
    return sum
  }
}
