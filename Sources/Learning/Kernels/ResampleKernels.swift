// Images at another size, and with a border.
// Assumed checked: places lie inside the image, equal element types.

import Tensors

/// Where a row or column of the result comes from: between two of the source, nearer the second by `fraction`.
struct SamplePlace {
  let low, high: Int
  let fraction: Double

  /// The source's value nearest to the centre.
  static func nearest(_ size: Int, to count: Int) -> [SamplePlace] {
    (0..<count).map { SamplePlace(low: $0 * size / count, high: $0 * size / count, fraction: 0) }
  }

  /// Between the two nearest values; centres of pixels correspond, outside of them the border's value is taken.
  static func linear(_ size: Int, to count: Int) -> [SamplePlace] {
    (0..<count).map {
      let place = max(0, (Double($0) + 0.5) * Double(size) / Double(count) - 0.5)
      let low = min(size - 1, Int(place))
      return SamplePlace(low: low, high: min(size - 1, low + 1), fraction: place - Double(low))
    }
  }
}

/// How [planes, height, width] becomes [planes, rows, columns].
struct ResampleForm {
  let height, width: Int
  let rows, columns: [SamplePlace]

  fileprivate var inputs: Int { height * width }
  fileprivate var outputs: Int { rows.count * columns.count }
  fileprivate var grain: Int { max(1, (1 << 14) / max(1, outputs)) }
}

func resample(_ form: ResampleForm, _ x: Tensor, into y: Tensor) {
  switch x.type {
  case .float32: resample(form, x.pointer(Float.self), y.pointer(Float.self), planes: x.count / form.inputs)
  case .float64: resample(form, x.pointer(Double.self), y.pointer(Double.self), planes: x.count / form.inputs)
  }
}

private func resample<S: Element>(
  _ form: ResampleForm, _ x: UnsafeMutablePointer<S>, _ y: UnsafeMutablePointer<S>, planes: Int
) {
  Parallel.ranges(planes, grain: form.grain) { _, range in
    for plane in range {
      let image = x + plane * form.inputs
      var out = plane * form.outputs
      for row in form.rows {
        let (above, below, v) = (image + row.low * form.width, image + row.high * form.width, S(row.fraction))
        for column in form.columns {
          let u = S(column.fraction)
          let top = above[column.low] + u * (above[column.high] - above[column.low])
          let bottom = below[column.low] + u * (below[column.high] - below[column.low])
          y[out] = top + v * (bottom - top)
          out += 1
        }
      }
    }
  }
}

/// Adds every gradient to the up to four values that it came from.
func resampleBackward(_ form: ResampleForm, _ gradient: Tensor, into x: Tensor, adding: Bool) {
  if !adding { x.fill(0) }
  switch x.type {
  case .float32: backward(form, gradient.pointer(Float.self), x.pointer(Float.self), planes: x.count / form.inputs)
  case .float64: backward(form, gradient.pointer(Double.self), x.pointer(Double.self), planes: x.count / form.inputs)
  }
}

private func backward<S: Element>(
  _ form: ResampleForm, _ gradient: UnsafeMutablePointer<S>, _ x: UnsafeMutablePointer<S>, planes: Int
) {
  Parallel.ranges(planes, grain: form.grain) { _, range in
    for plane in range {
      let image = x + plane * form.inputs
      var out = plane * form.outputs
      for row in form.rows {
        let (above, below, v) = (image + row.low * form.width, image + row.high * form.width, S(row.fraction))
        for column in form.columns {
          let u = S(column.fraction)
          let (top, bottom) = ((1 - v) * gradient[out], v * gradient[out])
          above[column.low] += (1 - u) * top
          above[column.high] += u * top
          below[column.low] += (1 - u) * bottom
          below[column.high] += u * bottom
          out += 1
        }
      }
    }
  }
}

/// inner = or += the part of [planes, height, width] images inside a border; `outer` is larger by the border.
func copyInside(_ border: Border, inner: Tensor, outer: Tensor, _ direction: BorderDirection) {
  switch inner.type {
  case .float32: copyInside(border, inner.pointer(Float.self), outer.pointer(Float.self), inner.count, direction)
  case .float64: copyInside(border, inner.pointer(Double.self), outer.pointer(Double.self), inner.count, direction)
  }
}

enum BorderDirection { case outwards, inwards, inwardsAdding }

/// Sizes of an image and of what is put around it.
struct Border {
  let height, width: Int
  let top, bottom, left, right: Int

  var outerHeight: Int { height + top + bottom }
  var outerWidth: Int { width + left + right }
}

private func copyInside<S: Element>(
  _ border: Border, _ inner: UnsafeMutablePointer<S>, _ outer: UnsafeMutablePointer<S>, _ count: Int,
  _ direction: BorderDirection
) {
  for plane in 0..<count / (border.height * border.width) {
    for row in 0..<border.height {
      let inside = inner + (plane * border.height + row) * border.width
      let outside = outer + (plane * border.outerHeight + row + border.top) * border.outerWidth + border.left
      switch direction {
      case .outwards: outside.update(from: inside, count: border.width)
      case .inwards: inside.update(from: outside, count: border.width)
      case .inwardsAdding: for i in 0..<border.width { inside[i] += outside[i] }
      }
    }
  }
}
