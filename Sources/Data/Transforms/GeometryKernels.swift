// The loops of transforms that move pixels.  Shapes were checked by the transforms: [n, c, h, w].

import Glibc
import Tensors

/// A window of each image; `corner` gives the row and column of the image that the window's first
/// pixel shows, which may lie outside.
func window(_ samples: Tensor, to result: Tensor, fill: Double, _ corner: (Int) -> (Int, Int)) {
  switch samples.type {
  case .float32: window(samples.pointer(Float.self), samples.shape, result.pointer(Float.self), result.shape, Float(fill), corner)
  case .float64: window(samples.pointer(Double.self), samples.shape, result.pointer(Double.self), result.shape, fill, corner)
  }
}

private func window<S: Element>(
  _ source: UnsafeMutablePointer<S>, _ from: [Int], _ target: UnsafeMutablePointer<S>, _ to: [Int], _ fill: S,
  _ corner: (Int) -> (Int, Int)
) {
  let (channels, height, width) = (from[1], from[2], from[3])
  let (rows, columns) = (to[2], to[3])
  perImage(to) { image in
    let (top, left) = corner(image)
    // The columns of the window that lie inside of the image.
    let first = min(columns, max(0, -left))
    let last = max(first, min(columns, width - left))
    for plane in image * channels..<(image + 1) * channels {
      for row in 0..<rows {
        let out = target + (plane * rows + row) * columns
        guard (0..<height).contains(top + row) else {
          out.update(repeating: fill, count: columns)
          continue
        }
        let line = source + (plane * height + top + row) * width
        for column in 0..<first { out[column] = fill }
        if last > first { (out + first).update(from: line + left + first, count: last - first) }
        for column in last..<columns { out[column] = fill }
      }
    }
  }
}

/// Each image, mirrored where `isMirrored` says so.
func mirror(_ samples: Tensor, to result: Tensor, horizontal: Bool, _ isMirrored: (Int) -> Bool) {
  switch samples.type {
  case .float32: mirror(samples.pointer(Float.self), result.pointer(Float.self), samples.shape, horizontal, isMirrored)
  case .float64: mirror(samples.pointer(Double.self), result.pointer(Double.self), samples.shape, horizontal, isMirrored)
  }
}

private func mirror<S: Element>(
  _ source: UnsafeMutablePointer<S>, _ target: UnsafeMutablePointer<S>, _ shape: [Int], _ horizontal: Bool,
  _ isMirrored: (Int) -> Bool
) {
  let (channels, height, width) = (shape[1], shape[2], shape[3])
  perImage(shape) { image in
    let size = channels * height * width
    guard isMirrored(image) else {
      (target + image * size).update(from: source + image * size, count: size)
      return
    }
    for plane in image * channels..<(image + 1) * channels {
      for row in 0..<height {
        let from = source + (plane * height + (horizontal ? row : height - 1 - row)) * width
        let to = target + (plane * height + row) * width
        if horizontal {
          for column in 0..<width { to[column] = from[width - 1 - column] }
        } else {
          to.update(from: from, count: width)
        }
      }
    }
  }
}

/// Each image at its placement.
func turn(_ samples: Tensor, to result: Tensor, fill: Double, _ placement: (Int) -> Placement) {
  switch samples.type {
  case .float32: turn(samples.pointer(Float.self), result.pointer(Float.self), samples.shape, Float(fill), placement)
  case .float64: turn(samples.pointer(Double.self), result.pointer(Double.self), samples.shape, fill, placement)
  }
}

private func turn<S: Element>(
  _ source: UnsafeMutablePointer<S>, _ target: UnsafeMutablePointer<S>, _ shape: [Int], _ fill: S,
  _ placement: (Int) -> Placement
) {
  let (channels, height, width) = (shape[1], shape[2], shape[3])
  let (middleRow, middleColumn) = (Double(height - 1) / 2, Double(width - 1) / 2)
  perImage(shape) { image in
    let place = placement(image)
    let (cosine, sine) = (cos(place.angle) / place.scale, sin(place.angle) / place.scale)
    for row in 0..<height {
      for column in 0..<width {
        // Back to where the pixel came from; rows grow downwards.
        let (y, x) = (Double(row) - middleRow - place.down, Double(column) - middleColumn - place.right)
        let (fromRow, fromColumn) = (cosine * y + sine * x + middleRow, cosine * x - sine * y + middleColumn)
        let (top, left) = (fromRow.rounded(.down), fromColumn.rounded(.down))
        let (down, right) = (S(fromRow - top), S(fromColumn - left))
        // Far outside, where the numbers need not fit into Int.
        let isNear = top >= -1 && left >= -1 && top < Double(height) && left < Double(width)
        for plane in image * channels..<(image + 1) * channels {
          let base = source + plane * height * width
          func pixel(_ r: Int, _ c: Int) -> S {
            (0..<height).contains(r) && (0..<width).contains(c) ? base[r * width + c] : fill
          }
          var value = fill
          if isNear {
            let (r, c) = (Int(top), Int(left))
            value = (1 - down) * ((1 - right) * pixel(r, c) + right * pixel(r, c + 1))
              + down * ((1 - right) * pixel(r + 1, c) + right * pixel(r + 1, c + 1))
          }
          target[plane * height * width + row * width + column] = value
        }
      }
    }
  }
}

/// Each new row and column as a weighted sum of old ones.
func resample(
  _ samples: Tensor, to result: Tensor, rows: [[(place: Int, weight: Double)]],
  columns: [[(place: Int, weight: Double)]]
) {
  switch samples.type {
  case .float32: resample(samples.pointer(Float.self), result.pointer(Float.self), samples.shape, result.shape, rows, columns)
  case .float64: resample(samples.pointer(Double.self), result.pointer(Double.self), samples.shape, result.shape, rows, columns)
  }
}

private func resample<S: Element>(
  _ source: UnsafeMutablePointer<S>, _ target: UnsafeMutablePointer<S>, _ from: [Int], _ to: [Int],
  _ rows: [[(place: Int, weight: Double)]], _ columns: [[(place: Int, weight: Double)]]
) {
  let (channels, height, width) = (from[1], from[2], from[3])
  perImage(from) { image in
    for plane in image * channels..<(image + 1) * channels {
      let base = source + plane * height * width
      let out = target + plane * rows.count * columns.count
      for (row, rowTaps) in rows.enumerated() {
        for (column, columnTaps) in columns.enumerated() {
          var sum = 0.0
          for (r, rowWeight) in rowTaps {
            var line = 0.0
            for (c, weight) in columnTaps { line += weight * Double(base[r * width + c]) }
            sum += rowWeight * line
          }
          out[row * columns.count + column] = S(sum)
        }
      }
    }
  }
}

/// Calls the body once for each image, several at a time on the threads.
private func perImage(_ shape: [Int], _ body: (Int) -> Void) {
  let grain = max(1, (1 << 16) / max(1, shape.dropFirst().reduce(1, *)))
  Parallel.ranges(shape[0], grain: grain) { _, range in
    for image in range { body(image) }
  }
}
