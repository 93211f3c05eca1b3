// Where patches with gaps and borders take their pixels from.
// Assumed checked: the kernel fits into the padded image.

import Tensors

/// Sizes of an image, and how patches lie in it.
struct Unfolding {
  let height, width: Int
  let kernelHeight, kernelWidth: Int
  let strideHeight, strideWidth: Int
  let paddingHeight, paddingWidth: Int
  let dilationHeight, dilationWidth: Int

  var outputHeight: Int { kernelHeight * rows.count }
  var outputWidth: Int { kernelWidth * columns.count }

  private var rows: Range<Int> {
    0..<(height + 2 * paddingHeight - (kernelHeight - 1) * dilationHeight - 1) / strideHeight + 1
  }
  private var columns: Range<Int> {
    0..<(width + 2 * paddingWidth - (kernelWidth - 1) * dilationWidth - 1) / strideWidth + 1
  }

  /// For every row (column) of the result the one of the image, or -1 for the border.
  fileprivate var sourceRows: [Int] {
    rows.flatMap { row in
      (0..<kernelHeight).map { inside(row * strideHeight + $0 * dilationHeight - paddingHeight, height) }
    }
  }
  fileprivate var sourceColumns: [Int] {
    columns.flatMap { column in
      (0..<kernelWidth).map { inside(column * strideWidth + $0 * dilationWidth - paddingWidth, width) }
    }
  }
  private func inside(_ place: Int, _ size: Int) -> Int { (0..<size).contains(place) ? place : -1 }
}

func unfold(_ form: Unfolding, _ x: Tensor, into y: Tensor) {
  switch x.type {
  case .float32: unfold(form, x.pointer(Float.self), y.pointer(Float.self), planes: x.count / (form.height * form.width))
  case .float64:
    unfold(form, x.pointer(Double.self), y.pointer(Double.self), planes: x.count / (form.height * form.width))
  }
}

private func unfold<S: Element>(
  _ form: Unfolding, _ x: UnsafeMutablePointer<S>, _ y: UnsafeMutablePointer<S>, planes: Int
) {
  let (rows, columns) = (form.sourceRows, form.sourceColumns)
  let outputs = rows.count * columns.count
  Parallel.ranges(planes, grain: max(1, (1 << 14) / max(1, outputs))) { _, range in
    for plane in range {
      var out = plane * outputs
      for row in rows {
        let line = x + (plane * form.height + max(0, row)) * form.width
        for column in columns {
          y[out] = row < 0 || column < 0 ? 0 : line[column]
          out += 1
        }
      }
    }
  }
}

/// Adds every gradient to the pixel that it came from.
func unfoldBackward(_ form: Unfolding, _ gradient: Tensor, into x: Tensor, adding: Bool) {
  if !adding { x.fill(0) }
  let planes = x.count / (form.height * form.width)
  switch x.type {
  case .float32: backward(form, gradient.pointer(Float.self), x.pointer(Float.self), planes: planes)
  case .float64: backward(form, gradient.pointer(Double.self), x.pointer(Double.self), planes: planes)
  }
}

private func backward<S: Element>(
  _ form: Unfolding, _ gradient: UnsafeMutablePointer<S>, _ x: UnsafeMutablePointer<S>, planes: Int
) {
  let (rows, columns) = (form.sourceRows, form.sourceColumns)
  let outputs = rows.count * columns.count
  Parallel.ranges(planes, grain: max(1, (1 << 14) / max(1, outputs))) { _, range in
    for plane in range {
      var out = plane * outputs
      for row in rows {
        let line = x + (plane * form.height + max(0, row)) * form.width
        for column in columns {
          if row >= 0, column >= 0 { line[column] += gradient[out] }
          out += 1
        }
      }
    }
  }
}
