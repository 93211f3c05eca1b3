// Convolutions as matrix products: an image's patches become the columns of a matrix.
// For Double, and for so few channels that oneDNN's layouts do not pay.
// Assumed checked: the memory holds what the form says, kernels fit into the padded image.

typealias Elements<S> = UnsafeMutablePointer<S>

/// Images whose weight gradients are added up before the pieces are; fixed, so that sums do not
/// depend on the number of threads.
private let imagesPerPiece = 16

/// Calls the body for every image, in pieces, with room for its patches: [patch values, positions].
@inline(__always)
private func forEachImage<S: KernelElement>(
  _ form: ConvolutionForm, _: S.Type, _ body: (_ piece: Int, _ image: Int, _ patches: Elements<S>) -> Void
) {
  Parallel.ranges(form.batch, grain: imagesPerPiece) { piece, images in
    withUnsafeTemporaryAllocation(of: S.self, capacity: form.patchCount * form.positions) { room in
      guard let patches = room.baseAddress else { return }
      for image in images { body(piece, image, patches) }
    }
  }
}

@inline(__always)
func convolve<S: KernelElement>(
  _ form: ConvolutionForm, _ images: Elements<S>, _ weights: Elements<S>, _ bias: Elements<S>?,
  _ result: Elements<S>
) {
  let product = ProductForm(
    m: form.filtersPerGroup, n: form.positions, k: form.patchCount, transposeA: false, transposeB: false,
    adding: bias != nil)
  forEachImage(form, S.self) { _, image, patches in
    let out = result + image * form.filters * form.positions
    if let bias {
      for filter in 0..<form.filters {
        (out + filter * form.positions).update(repeating: bias[filter], count: form.positions)
      }
    }
    for group in 0..<form.groups {
      gather(form, images + image * form.imageCount + form.firstPixel(group), into: patches)
      panelProduct(product, weights + form.firstWeight(group), patches, out + form.firstOutput(group))
    }
  }
}

@inline(__always)
func backwardImages<S: KernelElement>(
  _ form: ConvolutionForm, _ gradient: Elements<S>, _ weights: Elements<S>, _ images: Elements<S>
) {
  let product = ProductForm(
    m: form.patchCount, n: form.positions, k: form.filtersPerGroup, transposeA: true, transposeB: false,
    adding: false)
  forEachImage(form, S.self) { _, image, patches in
    let from = gradient + image * form.filters * form.positions
    for group in 0..<form.groups {
      panelProduct(product, weights + form.firstWeight(group), from + form.firstOutput(group), patches)
      scatter(form, patches, into: images + image * form.imageCount + form.firstPixel(group))
    }
  }
}

@inline(__always)
func backwardWeights<S: KernelElement>(
  _ form: ConvolutionForm, _ images: Elements<S>, _ gradient: Elements<S>, _ weights: Elements<S>
) {
  let count = form.filters * form.patchCount
  let pieces = (form.batch + imagesPerPiece - 1) / imagesPerPiece
  let product = ProductForm(
    m: form.filtersPerGroup, n: form.patchCount, k: form.positions, transposeA: false, transposeB: true,
    adding: true)
  withUnsafeTemporaryAllocation(of: S.self, capacity: max(1, count * pieces)) { room in
    guard let sums = room.baseAddress else { return }
    sums.update(repeating: 0, count: count * pieces)
    forEachImage(form, S.self) { piece, image, patches in
      let from = gradient + image * form.filters * form.positions
      for group in 0..<form.groups {
        gather(form, images + image * form.imageCount + form.firstPixel(group), into: patches)
        rowProduct(product, from + form.firstOutput(group), patches, sums + piece * count + form.firstWeight(group))
      }
    }
    weights.update(repeating: 0, count: count)
    for piece in 0..<pieces {
      for i in 0..<count { weights[i] += sums[piece * count + i] }
    }
  }
}

func backwardBias<S: Element>(
  _ form: ConvolutionForm, _ gradient: Elements<S>, _ bias: Elements<S>
) {
  bias.update(repeating: 0, count: form.filters)
  for image in 0..<form.batch {
    for filter in 0..<form.filters {
      let values = gradient + (image * form.filters + filter) * form.positions
      var total: S = 0
      for i in 0..<form.positions { total += values[i] }
      bias[filter] += total
    }
  }
}

extension ConvolutionForm {
  /// Where a group's channels, weights and outputs begin.
  fileprivate func firstPixel(_ group: Int) -> Int { group * channelsPerGroup * height * width }
  fileprivate func firstWeight(_ group: Int) -> Int { group * filtersPerGroup * patchCount }
  fileprivate func firstOutput(_ group: Int) -> Int { group * filtersPerGroup * positions }
}

/// Output columns whose pixel `x * stride + offset` lies inside 0..<size.
@inline(__always)
private func inside(_ count: Int, stride: Int, offset: Int, size: Int) -> Range<Int> {
  let first = offset >= 0 ? 0 : (-offset + stride - 1) / stride
  let end = size - offset <= 0 ? 0 : (size - offset + stride - 1) / stride
  return min(first, count)..<max(min(first, count), min(count, end))
}

/// patches[(c, i, j), (y, x)] = image[c, y s + i d - p, x s + j d - p], zeros outside; one group's channels.
@inline(__always)
private func gather<S: KernelElement>(
  _ form: ConvolutionForm, _ image: Elements<S>, into patches: Elements<S>
) {
  var row = patches
  let (rows, columns) = (form.outputHeight, form.outputWidth)
  for c in 0..<form.channelsPerGroup {
    for i in 0..<form.kernelHeight {
      for j in 0..<form.kernelWidth {
        let offset = j * form.dilationWidth - form.paddingWidth
        let valid = inside(columns, stride: form.strideWidth, offset: offset, size: form.width)
        for y in 0..<rows {
          let line = y * form.strideHeight + i * form.dilationHeight - form.paddingHeight
          if line < 0 || line >= form.height {
            row.update(repeating: 0, count: columns)
          } else {
            let from = image + (c * form.height + line) * form.width + offset
            for x in 0..<valid.lowerBound { row[x] = 0 }
            for x in valid { row[x] = from[x * form.strideWidth] }
            for x in valid.upperBound..<columns { row[x] = 0 }
          }
          row += columns
        }
      }
    }
  }
}

/// The transpose of `gather`: adds patches back to where their pixels came from.
@inline(__always)
private func scatter<S: KernelElement>(
  _ form: ConvolutionForm, _ patches: Elements<S>, into image: Elements<S>
) {
  image.update(repeating: 0, count: form.channelsPerGroup * form.height * form.width)
  var row = patches
  let (rows, columns) = (form.outputHeight, form.outputWidth)
  for c in 0..<form.channelsPerGroup {
    for i in 0..<form.kernelHeight {
      for j in 0..<form.kernelWidth {
        let offset = j * form.dilationWidth - form.paddingWidth
        let valid = inside(columns, stride: form.strideWidth, offset: offset, size: form.width)
        for y in 0..<rows {
          let line = y * form.strideHeight + i * form.dilationHeight - form.paddingHeight
          if line >= 0 && line < form.height {
            let to = image + (c * form.height + line) * form.width + offset
            for x in valid { to[x * form.strideWidth] += row[x] }
          }
          row += columns
        }
      }
    }
  }
}
