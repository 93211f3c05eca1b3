// Convolutions against the definition, on both sides of the choice between oneDNN and own kernels.

import Dispatch
import Tensors
import Testing

@Suite struct ConvolutionTests {
  static let forms = [
    form(batch: 1, channels: 1, 5, 5, filters: 1, kernel: 1, 1, stride: 1, 1, padding: 0, 0),
    form(batch: 3, channels: 1, 8, 8, filters: 4, kernel: 2, 2, stride: 2, 2, padding: 0, 0),
    form(batch: 2, channels: 3, 7, 9, filters: 5, kernel: 3, 2, stride: 2, 3, padding: 1, 1),
    form(batch: 19, channels: 2, 6, 6, filters: 3, kernel: 3, 3, stride: 1, 1, padding: 2, 2),
    form(batch: 2, channels: 4, 9, 7, filters: 8, kernel: 3, 3, stride: 1, 2, padding: 1, 0),
    form(batch: 4, channels: 16, 6, 6, filters: 9, kernel: 2, 3, stride: 2, 1, padding: 1, 1),
  ]

  static func form(
    batch: Int, channels: Int, _ height: Int, _ width: Int, filters: Int, kernel kh: Int, _ kw: Int,
    stride sh: Int, _ sw: Int, padding ph: Int, _ pw: Int
  ) -> ConvolutionForm {
    ConvolutionForm(
      batch: batch, channels: channels, height: height, width: width, filters: filters,
      kernelHeight: kh, kernelWidth: kw, strideHeight: sh, strideWidth: sw, paddingHeight: ph,
      paddingWidth: pw)
  }

  /// Calls the body for every product of the sum, with the indices of output, weight and pixel.
  static func terms(_ f: ConvolutionForm, _ body: (_ output: Int, _ weight: Int, _ pixel: Int) -> Void) {
    for b in 0..<f.batch {
      for o in 0..<f.filters {
        for y in 0..<f.outputHeight {
          for x in 0..<f.outputWidth {
            let output = ((b * f.filters + o) * f.outputHeight + y) * f.outputWidth + x
            for c in 0..<f.channels {
              for i in 0..<f.kernelHeight {
                for j in 0..<f.kernelWidth {
                  let row = y * f.strideHeight + i - f.paddingHeight
                  let column = x * f.strideWidth + j - f.paddingWidth
                  guard (0..<f.height).contains(row), (0..<f.width).contains(column) else { continue }
                  body(
                    output, ((o * f.channels + c) * f.kernelHeight + i) * f.kernelWidth + j,
                    ((b * f.channels + c) * f.height + row) * f.width + column)
                }
              }
            }
          }
        }
      }
    }
  }

  @Test(arguments: [ElementType.float32, .float64], forms)
  func agreesWithTheDefinition(type: ElementType, form f: ConvolutionForm) {
    let images = randomTensor(type, [f.batch, f.channels, f.height, f.width], seed: 1)
    let weights = randomTensor(type, [f.filters, f.channels, f.kernelHeight, f.kernelWidth], seed: 2)
    let bias = randomTensor(type, [f.filters], seed: 3)
    let gradient = randomTensor(type, [f.batch, f.filters, f.outputHeight, f.outputWidth], seed: 4)

    let outputs = Tensor(.float64, gradient.shape)
    let imageGradient = Tensor(.float64, images.shape)
    let weightGradient = Tensor(.float64, weights.shape)
    let biasGradient = Tensor(.float64, bias.shape)
    let plane = f.outputHeight * f.outputWidth
    for i in 0..<outputs.count {
      outputs[i] = bias[i / plane % f.filters]
      biasGradient[i / plane % f.filters] += gradient[i]
    }
    let withoutBias = Tensor(.float64, gradient.shape)
    Self.terms(f) { output, weight, pixel in
      withoutBias[output] += weights[weight] * images[pixel]
      imageGradient[pixel] += gradient[output] * weights[weight]
      weightGradient[weight] += gradient[output] * images[pixel]
    }
    for i in 0..<outputs.count { outputs[i] += withoutBias[i] }

    let tolerance = type == .float32 ? 1e-5 : 1e-14
    // Twice: the second call finds the primitives in the cache.
    for _ in 0..<2 {
      let result = Tensor(type, gradient.shape)
      convolve(f, images: images, weights: weights, bias: bias, into: result)
      expectClose(result, outputs, tolerance: tolerance, "with bias")
      convolve(f, images: images, weights: weights, bias: nil, into: result)
      expectClose(result, withoutBias, tolerance: tolerance, "without bias")
      let toImages = Tensor(type, images.shape)
      convolveBackwardImages(f, gradient: gradient, weights: weights, into: toImages)
      expectClose(toImages, imageGradient, tolerance: tolerance, "gradient of images")
      let toWeights = Tensor(type, weights.shape)
      convolveBackwardWeights(f, images: images, gradient: gradient, into: toWeights)
      expectClose(toWeights, weightGradient, tolerance: tolerance, "gradient of weights")
      let toBias = Tensor(type, bias.shape)
      convolveBackwardBias(f, gradient: gradient, into: toBias)
      expectClose(toBias, biasGradient, tolerance: tolerance, "gradient of bias")
    }
  }

  /// oneDNN's primitives are shared: several threads may run one form, or make it, at once.
  @Test func severalThreadsMayUseOneForm() {
    let f = Self.form(
      batch: 3, channels: 5, 8, 8, filters: 10, kernel: 3, 3, stride: 1, 1, padding: 1, 1)
    let images = (0..<8).map { randomTensor(.float32, [3, 5, 8, 8], seed: UInt64($0)) }
    let weights = randomTensor(.float32, [10, 5, 3, 3], seed: 100)
    let results = images.map { _ in Tensor(.float32, [3, 10, 8, 8]) }
    DispatchQueue.concurrentPerform(iterations: 8) { i in
      for _ in 0..<5 {
        convolve(f, images: images[i], weights: weights, bias: nil, into: results[i])
      }
    }
    for (image, result) in zip(images, results) {
      let expected = Tensor(.float32, [3, 10, 8, 8])
      convolve(f, images: image, weights: weights, bias: nil, into: expected)
      #expect(result.doubles == expected.doubles)
    }
  }
}
