// How a batch lies in memory and how blocks of it get into SIMD lanes and back: rows of a matrix, or
// patches of images.  Lane order is [value][sample in block].

import Circuits
import Tensors

/// Where the patches of a batch of images lie: a kernel slid over [batch, channels, height, width].
/// A patch's values, in the order channel, kernel row, kernel column, are one sample's inputs.
public struct PatchGeometry: Hashable, Sendable {
  public var channels, height, width: Int
  public var kernelHeight, kernelWidth: Int
  public var strideHeight, strideWidth: Int
  /// Output [batch, rows, columns, outputs] instead of [batch, outputs, rows, columns].
  public var channelsLast: Bool

  public init(
    channels: Int, height: Int, width: Int, kernelHeight: Int, kernelWidth: Int, strideHeight: Int,
    strideWidth: Int, channelsLast: Bool
  ) {
    (self.channels, self.height, self.width) = (channels, height, width)
    (self.kernelHeight, self.kernelWidth) = (kernelHeight, kernelWidth)
    (self.strideHeight, self.strideWidth) = (strideHeight, strideWidth)
    self.channelsLast = channelsLast
  }

  public var outputHeight: Int { (height - kernelHeight) / strideHeight + 1 }
  public var outputWidth: Int { (width - kernelWidth) / strideWidth + 1 }
  /// Patches per image.
  public var patches: Int { outputHeight * outputWidth }
  /// Values per patch.
  public var values: Int { channels * kernelHeight * kernelWidth }
  /// Where a value of a patch lies; patches are counted through all images.
  package func index(patch: Int, value: Int) -> Int { SampleLayout.patches(self).index(patch, value, values) }
  var pixels: Int { channels * height * width }
  /// Whether two patches can share a pixel.
  var overlaps: Bool { strideHeight < kernelHeight || strideWidth < kernelWidth }
}

/// How samples and their outputs lie in memory.
enum SampleLayout {
  /// [batch, values] in, [batch, outputs] out.
  case rows
  case patches(PatchGeometry)

  /// Where an input of a sample lies.
  func index(_ sample: Int, _ column: Int, _ inputCount: Int) -> Int {
    guard case .patches(let g) = self else { return sample * inputCount + column }
    let (image, patch) = (sample / g.patches, sample % g.patches)
    let (row, place) = (patch / g.outputWidth * g.strideHeight, patch % g.outputWidth * g.strideWidth)
    let channel = column / (g.kernelHeight * g.kernelWidth)
    let (y, x) = (column / g.kernelWidth % g.kernelHeight, column % g.kernelWidth)
    return image * g.pixels + (channel * g.height + row + y) * g.width + place + x
  }

  /// Where an output of a sample lies.
  func outputIndex(_ sample: Int, _ output: Int, _ outputCount: Int) -> Int {
    guard case .patches(let g) = self, !g.channelsLast else { return sample * outputCount + output }
    return (sample / g.patches * outputCount + output) * g.patches + sample % g.patches
  }
}

struct SampleKernels<V: Lanes> {
  typealias S = V.Scalar

  let layout: SampleLayout
  let inputCount: Int
  let outputCount: Int

  /// Reads inputs of samples first..<first+count into planes[value][block]; the rest of a block is
  /// zeroed.  Returns the largest magnitude.
  func load(
    _ data: UnsafePointer<S>, first: Int, count: Int, _ planes: UnsafeMutablePointer<V>, vectors: Int
  ) -> V {
    let block = vectors * V.scalarCount
    let scalars = UnsafeMutableRawPointer(planes).assumingMemoryBound(to: S.self)
    if count < block { for i in 0..<inputCount * vectors { planes[i] = V.zeros } }
    switch layout {
    case .rows:
      for s in 0..<count {
        let row = data + (first + s) * inputCount
        for j in 0..<inputCount { scalars[j * block + s] = row[j] }
      }
    case .patches(let g): loadPatches(g, data, first, count, scalars, block)
    }
    var largest = V.zeros
    for i in 0..<inputCount * vectors { largest = V.largerMagnitude(largest, planes[i]) }
    return largest
  }

  /// Calls the body for runs of neighbouring patches of one row: number in the block, length, offset of
  /// the first patch's first pixel, patch number in its image, image.
  @inline(__always)
  private func forEachRun(
    _ g: PatchGeometry, _ first: Int, _ count: Int,
    _ body: (_ s: Int, _ run: Int, _ pixel: Int, _ patch: Int, _ image: Int) -> Void
  ) {
    let columns = g.outputWidth
    var image = first / g.patches
    var patch = first - image * g.patches
    var row = patch / columns
    var column = patch - row * columns
    var s = 0
    while s < count {
      let run = min(columns - column, count - s)
      body(
        s, run, image * g.pixels + row * g.strideHeight * g.width + column * g.strideWidth, patch, image)
      s += run
      patch += run
      column += run
      if column == columns {
        column = 0
        row += 1
        if row == g.outputHeight {
          row = 0
          patch = 0
          image += 1
        }
      }
    }
  }

  private func loadPatches(
    _ g: PatchGeometry, _ data: UnsafePointer<S>, _ first: Int, _ count: Int,
    _ scalars: UnsafeMutablePointer<S>, _ block: Int
  ) {
    let step = g.strideWidth
    if step == 2, g.kernelWidth == 2 {
      // Pairs of neighbouring pixels, the usual case, go to two planes at once.
      forEachRun(g, first, count) { s, run, pixel, _, _ in
        var place = scalars + s
        for channel in 0..<g.channels {
          for y in 0..<g.kernelHeight {
            V.splitPairs(data + pixel + (channel * g.height + y) * g.width, place, place + block, run)
            place += 2 * block
          }
        }
      }
      return
    }
    forEachRun(g, first, count) { s, run, pixel, _, _ in
      var place = scalars + s
      for channel in 0..<g.channels {
        for y in 0..<g.kernelHeight {
          let source = data + pixel + (channel * g.height + y) * g.width
          for x in 0..<g.kernelWidth {
            for t in 0..<run { place[t] = source[step * t + x] }
            place += block
          }
        }
      }
    }
  }

  /// Writes planes[output][block] to the outputs of samples first..<first+count.
  func store(
    _ planes: UnsafePointer<V>, vectors: Int, first: Int, count: Int, _ out: UnsafeMutablePointer<S>
  ) {
    let block = vectors * V.scalarCount
    let scalars = UnsafeRawPointer(planes).assumingMemoryBound(to: S.self)
    switch layout {
    case .rows: interleave(scalars, block, count, out + first * outputCount)
    case .patches(let g):
      if g.channelsLast {
        interleave(scalars, block, count, out + first * outputCount)
      } else {
        forEachRun(g, first, count) { s, run, _, patch, image in
          for k in 0..<outputCount {
            (out + (image * outputCount + k) * g.patches + patch)
              .update(from: scalars + k * block + s, count: run)
          }
        }
      }
    }
  }

  /// planes[k][s] → rows[s][k]
  private func interleave(
    _ scalars: UnsafePointer<S>, _ block: Int, _ count: Int, _ rows: UnsafeMutablePointer<S>
  ) {
    if outputCount == 4 {
      V.interleaveFour(scalars, stride: block, rows, count)
      return
    }
    for s in 0..<count {
      for k in 0..<outputCount { rows[s * outputCount + k] = scalars[k * block + s] }
    }
  }

  /// Reads output gradients into planes[output][block], zero beyond `count`.
  func loadGradient(
    _ data: UnsafePointer<S>?, first: Int, count: Int, _ planes: UnsafeMutablePointer<V>, vectors: Int
  ) {
    let block = vectors * V.scalarCount
    let scalars = UnsafeMutableRawPointer(planes).assumingMemoryBound(to: S.self)
    if count < block { for i in 0..<outputCount * vectors { planes[i] = V.zeros } }
    guard let data else {
      for k in 0..<outputCount { for s in 0..<count { scalars[k * block + s] = 1 } }
      return
    }
    if case .patches(let g) = layout, !g.channelsLast {
      forEachRun(g, first, count) { s, run, _, patch, image in
        for k in 0..<outputCount {
          (scalars + k * block + s)
            .update(from: data + (image * outputCount + k) * g.patches + patch, count: run)
        }
      }
      return
    }
    let rows = data + first * outputCount
    for s in 0..<count {
      for k in 0..<outputCount { scalars[k * block + s] = rows[s * outputCount + k] }
    }
  }

  /// Writes input gradients; those of patches are added, because pixels may be shared.
  func storeInputGradient(
    _ planes: UnsafePointer<V>, vectors: Int, first: Int, count: Int, _ out: UnsafeMutablePointer<S>
  ) {
    let block = vectors * V.scalarCount
    let scalars = UnsafeRawPointer(planes).assumingMemoryBound(to: S.self)
    switch layout {
    case .rows:
      for s in 0..<count {
        let row = out + (first + s) * inputCount
        for j in 0..<inputCount { row[j] = scalars[j * block + s] }
      }
    case .patches(let g):
      let step = g.strideWidth
      forEachRun(g, first, count) { s, run, pixel, _, _ in
        var place = scalars + s
        for channel in 0..<g.channels {
          for y in 0..<g.kernelHeight {
            let target = out + pixel + (channel * g.height + y) * g.width
            for x in 0..<g.kernelWidth {
              for t in 0..<run { target[step * t + x] += place[t] }
              place += block
            }
          }
        }
      }
    }
  }
}
