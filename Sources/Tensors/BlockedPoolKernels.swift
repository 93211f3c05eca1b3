// The largest values of windows, for images in blocks of eight channels (planes of height x width x 8), with a ReLU
// behind them where there is one.  oneDNN's kernels take four times as long on AVX2 (measured).

private typealias V = SIMD8<Float>
/// Numbers of places, as Float: comparisons of whole vectors of Int32 are taken apart by the compiler.
private typealias Place = SIMD8<Float>

/// Planes of blocks of eight channels, and the windows over each.
struct BlockedWindows {
  let planes, height, width, rows, columns: Int
  let form: PoolStageForm
  /// Whether values below 0 become 0.
  let rectifies: Bool

  static let lanes = 8

  /// Whether every pixel that any window sees is seen by that window alone.
  fileprivate var areApart: Bool {
    form.kernelHeight <= form.strideHeight && form.kernelWidth <= form.strideWidth && form.paddingHeight == 0
      && form.paddingWidth == 0
  }

  /// Whether every pixel is seen.
  fileprivate var coverAll: Bool {
    form.kernelHeight == form.strideHeight && form.kernelWidth == form.strideWidth
      && rows * form.strideHeight == height && columns * form.strideWidth == width
  }

  /// The part of a window's rows or columns that lies inside.
  @inline(__always)
  fileprivate func inside(_ first: Int, _ kernel: Int, _ size: Int) -> Range<Int> {
    max(0, -first)..<min(kernel, size - first)
  }
}

/// `places` gets the number of the largest value in its window, row by row, -1 where no gradient goes back.
/// NaN counts as the largest.
func poolBlocks(
  _ windows: BlockedWindows, _ x: UnsafeMutableRawPointer, into y: UnsafeMutableRawPointer,
  places: UnsafeMutableRawPointer
) {
  let (source, target) = (x.assumingMemoryBound(to: V.self), y.assumingMemoryBound(to: V.self))
  let places = places.assumingMemoryBound(to: Place.self)
  let form = windows.form
  Parallel.forEach(windows.planes) { plane in
    let image = source + plane * windows.height * windows.width
    var out = plane * windows.rows * windows.columns
    for row in 0..<windows.rows {
      let top = row * form.strideHeight - form.paddingHeight
      let rows = windows.inside(top, form.kernelHeight, windows.height)
      for column in 0..<windows.columns {
        let left = column * form.strideWidth - form.paddingWidth
        let columns = windows.inside(left, form.kernelWidth, windows.width)
        var best = V(repeating: -.infinity)
        var place = Place(repeating: -1)
        for p in rows {
          let line = image + (top + p) * windows.width + left
          for q in columns {
            let value = line[q]
            let larger = (value .> best) .| (value .!= value)
            best.replace(with: value, where: larger)
            place.replace(with: Place(repeating: Float(p * form.kernelWidth + q)), where: larger)
          }
        }
        if windows.rectifies {
          place.replace(with: Place(repeating: -1), where: .!(best .> V()))
          best.replace(with: V(), where: best .< V())
        }
        target[out] = best
        places[out] = place
        out += 1
      }
    }
  }
}

/// The gradient of every window goes to its largest value.
func poolBlocksBackward(
  _ windows: BlockedWindows, _ gradient: UnsafeMutableRawPointer, places: UnsafeMutableRawPointer,
  into x: UnsafeMutableRawPointer
) {
  let (gradient, target) = (gradient.assumingMemoryBound(to: V.self), x.assumingMemoryBound(to: V.self))
  let places = places.assumingMemoryBound(to: Place.self)
  let form = windows.form
  let (areApart, coverAll) = (windows.areApart, windows.coverAll)
  Parallel.forEach(windows.planes) { plane in
    let image = target + plane * windows.height * windows.width
    if !coverAll { image.update(repeating: V(), count: windows.height * windows.width) }
    var out = plane * windows.rows * windows.columns
    for row in 0..<windows.rows {
      let top = row * form.strideHeight - form.paddingHeight
      let rows = windows.inside(top, form.kernelHeight, windows.height)
      for column in 0..<windows.columns {
        let left = column * form.strideWidth - form.paddingWidth
        let columns = windows.inside(left, form.kernelWidth, windows.width)
        let (slope, place) = (gradient[out], places[out])
        for p in rows {
          let line = image + (top + p) * windows.width + left
          for q in columns {
            let isHere = place .== Place(repeating: Float(p * form.kernelWidth + q))
            var part = V()
            part.replace(with: slope, where: isHere)
            if areApart { line[q] = part } else { line[q] += part }
          }
        }
        out += 1
      }
    }
  }
}
