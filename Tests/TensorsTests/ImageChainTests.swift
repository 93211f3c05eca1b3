// Chains over images against a slow twin in Double: each stage written out, gradients by differences of the twin.

import Tensors
import Testing

/// A chain by its definition.
private struct Twin {
  let form: ImageChainForm

  func run(_ x: [Double], _ parameters: [[[Double]]], statistics: [([Double], [Double])?]) -> [Double] {
    var (values, c, h, w) = (x, form.channels, form.height, form.width)
    let n = form.batch
    for (s, stage) in form.stages.enumerated() {
      switch stage {
      case .relu: values = values.map { max(0, $0) }
      case .convolution(let f):
        let oh = (h + 2 * f.paddingHeight - f.dilationHeight * (f.kernelHeight - 1) - 1) / f.strideHeight + 1
        let ow = (w + 2 * f.paddingWidth - f.dilationWidth * (f.kernelWidth - 1) - 1) / f.strideWidth + 1
        var out = [Double](repeating: 0, count: n * f.filters * oh * ow)
        let (inGroup, outGroup) = (c / f.groups, f.filters / f.groups)
        for b in 0..<n { for k in 0..<f.filters { for y in 0..<oh { for z in 0..<ow {
          var sum = f.hasBias ? parameters[s][1][k] : 0
          for j in 0..<inGroup { for p in 0..<f.kernelHeight { for q in 0..<f.kernelWidth {
            let iy = y * f.strideHeight + p * f.dilationHeight - f.paddingHeight
            let ix = z * f.strideWidth + q * f.dilationWidth - f.paddingWidth
            guard iy >= 0, iy < h, ix >= 0, ix < w else { continue }
            let channel = k / outGroup * inGroup + j
            sum += values[((b * c + channel) * h + iy) * w + ix]
              * parameters[s][0][((k * inGroup + j) * f.kernelHeight + p) * f.kernelWidth + q]
          } } }
          out[((b * f.filters + k) * oh + y) * ow + z] = sum
        } } } }
        (values, c, h, w) = (out, f.filters, oh, ow)
      case .normalisation(let epsilon, let usesBatch):
        for k in 0..<c {
          let places = (0..<n).flatMap { b in (0..<h * w).map { (b * c + k) * h * w + $0 } }
          var (mean, variance) = (0.0, 0.0)
          if usesBatch {
            mean = places.reduce(0) { $0 + values[$1] } / Double(places.count)
            variance = places.reduce(0) { $0 + (values[$1] - mean) * (values[$1] - mean) } / Double(places.count)
          } else if let given = statistics[s] {
            (mean, variance) = (given.0[k], given.1[k])
          }
          for i in places {
            values[i] = (values[i] - mean) / (variance + Double(epsilon)).squareRoot() * parameters[s][0][k]
              + parameters[s][1][k]
          }
        }
      case .pool(let f):
        let oh = (h + 2 * f.paddingHeight - f.kernelHeight) / f.strideHeight + 1
        let ow = (w + 2 * f.paddingWidth - f.kernelWidth) / f.strideWidth + 1
        var out = [Double](repeating: 0, count: n * c * oh * ow)
        for m in 0..<n * c { for y in 0..<oh { for z in 0..<ow {
          var seen: [Double] = []
          for p in 0..<f.kernelHeight { for q in 0..<f.kernelWidth {
            let (iy, ix) = (y * f.strideHeight + p - f.paddingHeight, z * f.strideWidth + q - f.paddingWidth)
            if iy >= 0, iy < h, ix >= 0, ix < w { seen.append(values[(m * h + iy) * w + ix]) }
          } }
          out[(m * oh + y) * ow + z] = f.isAverage
            ? seen.reduce(0, +) / Double(f.kernelHeight * f.kernelWidth) : seen.max() ?? 0
        } } }
        (values, h, w) = (out, oh, ow)
      }
    }
    return values
  }
}

@Suite struct ImageChainTests {
  static func convolution(_ filters: Int, _ kernel: Int, padding: Int = 0, stride: Int = 1, dilation: Int = 1,
    groups: Int = 1, bias: Bool = true) -> ImageChainForm.Stage
  {
    var form = ConvolutionStageForm(filters: filters, kernelHeight: kernel, kernelWidth: kernel)
    (form.paddingHeight, form.paddingWidth) = (padding, padding)
    (form.strideHeight, form.strideWidth) = (stride, stride)
    (form.dilationHeight, form.dilationWidth) = (dilation, dilation)
    (form.groups, form.hasBias) = (groups, bias)
    return .convolution(form)
  }

  static func pool(_ kernel: Int, average: Bool = false, stride: Int? = nil, padding: Int = 0) -> ImageChainForm.Stage {
    var form = PoolStageForm(
      isAverage: average, kernelHeight: kernel, kernelWidth: kernel, strideHeight: stride ?? kernel,
      strideWidth: stride ?? kernel)
    (form.paddingHeight, form.paddingWidth) = (padding, padding)
    return .pool(form)
  }

  static let chains: [(channels: Int, size: Int, stages: [ImageChainForm.Stage])] = [
    (1, 8, [convolution(8, 3, padding: 1), .relu, pool(2), convolution(1, 3, padding: 1)]),
    (3, 8, [convolution(16, 3, padding: 1), .normalisation(epsilon: 1e-5, usesBatch: true), .relu, pool(2)]),
    (3, 9, [convolution(5, 3, stride: 2), .normalisation(epsilon: 1e-3, usesBatch: false), .relu]),
    (8, 7, [convolution(12, 3, padding: 2, dilation: 2, bias: false), .relu, convolution(4, 1), pool(3, stride: 2, padding: 1)]),
    (8, 6, [convolution(16, 3, padding: 1, groups: 4), .relu, pool(2, average: true), pool(3, average: true)]),
    (4, 6, [.normalisation(epsilon: 1e-5, usesBatch: true), .relu, convolution(9, 5, padding: 2), .relu, .relu]),
    (2, 5, [pool(2, average: true, stride: 1, padding: 1), convolution(3, 2), .relu]),
  ]

  @Test(arguments: 0..<7) func agreesWithItsTwin(_ which: Int) {
    let (channels, size, stages) = Self.chains[which]
    let form = ImageChainForm(batch: 3, channels: channels, height: size, width: size, stages: stages)
    var stream = RandomStream(seed: 11 + UInt64(which), purpose: .tensor)
    func draw(_ shape: [Int], _ low: Double = -1) -> Tensor {
      .uniform(.float32, shape, low: low, high: 1, from: &stream)
    }
    let x = draw([3, channels, size, size])
    var width = channels
    let tensors: [StageTensors] = stages.map { stage in
      switch stage {
      case .relu, .pool: return StageTensors([])
      case .normalisation(_, let usesBatch):
        return StageTensors(
          [draw([width]), draw([width])], mean: usesBatch ? nil : draw([width]),
          variance: usesBatch ? nil : draw([width], 0.5))
      case .convolution(let f):
        let weights = draw([f.filters, width / f.groups, f.kernelHeight, f.kernelWidth])
        width = f.filters
        return StageTensors(f.hasBias ? [weights, draw([f.filters])] : [weights])
      }
    }
    let chain = ImageChain.cached(form)
    let (y, tape) = chain.forward(x, tensors, keeping: true)
    let twin = Twin(form: form)
    let parameters = tensors.map { $0.parameters.map(\.doubles) }
    let statistics = tensors.map { t in t.mean.map { ($0.doubles, t.variance!.doubles) } }
    let expected = twin.run(x.doubles, parameters, statistics: statistics)
    #expect(y.count == expected.count)
    let scale = expected.map(abs).max() ?? 1
    for (a, b) in zip(y.doubles, expected) { #expect(abs(a - b) <= 2e-5 * max(1, scale)) }

    // Directional derivatives of Σ seed · y.
    let seed = draw(y.shape)
    func value(_ x: [Double], _ parameters: [[[Double]]]) -> Double {
      zip(twin.run(x, parameters, statistics: statistics), seed.doubles).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let wanted = tensors.map { $0.parameters.map { _ in true } }
    let gradients = chain.backward(tape, seed, wanted: wanted, wantsInput: true)
    func compare(_ gradient: Tensor?, _ name: String, _ count: Int, _ moved: (Int, Double) -> Double) {
      guard let gradient else { Issue.record("no gradient of \(name)"); return }
      let largest = gradient.doubles.map(abs).max() ?? 0
      for i in Swift.stride(from: 0, to: count, by: max(1, count / 23)) {
        let step = 1e-6
        let slope = (moved(i, step) - moved(i, -step)) / (2 * step)
        #expect(abs(gradient[i] - slope) <= 2e-4 * max(1, largest), "\(name)[\(i)]: \(gradient[i]), \(slope)")
      }
    }
    compare(gradients.input, "the input", x.count) { i, d in
      var moved = x.doubles
      moved[i] += d
      return value(moved, parameters)
    }
    for s in stages.indices {
      for j in parameters[s].indices {
        compare(gradients.parameters[s][j], "parameter \(j) of stage \(s)", parameters[s][j].count) { i, d in
          var moved = parameters
          moved[s][j][i] += d
          return value(x.doubles, moved)
        }
      }
    }
    // What is not wanted is not given, and what is wanted does not change with it.
    let some = chain.backward(tape, seed, wanted: wanted.map { $0.map { _ in false } }, wantsInput: true)
    #expect(some.parameters.allSatisfy { $0.allSatisfy { $0 == nil } })
    #expect(some.input?.doubles == gradients.input?.doubles)
    let others = chain.backward(tape, seed, wanted: wanted, wantsInput: false)
    #expect(others.input == nil)
    for (a, b) in zip(others.parameters, gradients.parameters) {
      for (a, b) in zip(a, b) { #expect(a?.doubles == b?.doubles) }
    }
  }
}
