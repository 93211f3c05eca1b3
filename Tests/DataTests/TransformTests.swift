// Transforms against what they promise, and against slow obvious twins.

import Data
import Foundation
import Tensors
import Testing

private func apply(_ transform: any Transform, _ x: Tensor, seed: UInt64 = 1, epoch: Int = 0, from first: Int = 0) throws -> Tensor {
  let indices = Array(first..<first + x.shape[0])
  return try Transforms([transform]).apply(x, indices: indices[...], seed: seed, epoch: epoch)
}

private func images(_ shape: [Int], seed: UInt64 = 3, _ type: ElementType = .float32) -> Tensor {
  var stream = RandomStream(seed: seed, purpose: .tensor)
  return .uniform(type, shape, low: 0, high: 1, from: &stream)
}

@Suite struct TransformTests {
  static let random: [(String, any Transform)] = [
    ("crop", try! Crop(padding: 2, isRandom: true)), ("flip", try! Flip(horizontal: true)),
    ("affine", try! RandomAffine(degrees: 20, translate: 0.1, lowScale: 0.9, highScale: 1.1)),
    ("noise", try! GaussianNoise(deviation: 0.1)),
  ]

  @Test(arguments: random) func drawsDependOnSeedEpochAndIndexAlone(name: String, transform: any Transform) throws {
    let x = images([8, 2, 6, 6])
    let all = try apply(transform, x, epoch: 3).doubles
    // A part of the batch gives the same numbers.
    let part = try apply(transform, x.rows(3..<5), epoch: 3, from: 3).doubles
    #expect(part == Array(all[3 * 72..<5 * 72]), "\(name)")
    let threads = Parallel.threads
    defer { Parallel.setThreads(threads) }
    Parallel.setThreads(1)
    #expect(try apply(transform, x, epoch: 3).doubles == all)
    Parallel.setThreads(3)
    #expect(try apply(transform, x, epoch: 4).doubles != all)
    #expect(try apply(transform, x, seed: 2, epoch: 3).doubles != all)
    // Two of the same kind draw apart.
    let twice = try Transforms([transform, transform]).apply(x, indices: Array(0..<8)[...], seed: 1, epoch: 3)
    #expect(twice.doubles != (try apply(transform, apply(transform, x, epoch: 3), epoch: 3)).doubles)
  }

  @Test func windowsAreCutOut() throws {
    let x = Tensor((0..<16).map(Float.init), [1, 1, 4, 4])
    #expect(try apply(Crop(height: 2, width: 2, isRandom: false), x).doubles == [5, 6, 9, 10])
    let padded = try apply(Crop(height: 6, width: 6, padding: 1, fill: -1, isRandom: false), x).doubles
    #expect(Array(padded[0..<8]) == [-1, -1, -1, -1, -1, -1, -1, 0])
    #expect(padded.filter { $0 == -1 }.count == 20)
    // Every place is drawn.
    let many = try Crop(padding: 1, isRandom: true)
    let copies = Tensor((0..<100).flatMap { _ in (0..<16).map(Float.init) }, [100, 1, 4, 4])
    let corners = Set(stride(from: 0, to: 1600, by: 16).map { (try! apply(many, copies).doubles)[$0 + 5] })
    #expect(corners == [0, 1, 2, 4, 5, 6, 8, 9, 10])
    #expect(message { _ = try apply(Crop(height: 5, isRandom: true), x) }
      == "random_crop: a window of 5x4 does not fit into an image of 4x4 with a padding of 0")
    #expect(message { _ = try apply(Crop(isRandom: true), Tensor([Float(1), 2], [1, 2])) }
      == "random_crop: takes images {channels, height, width}, got samples of shape {2}")
  }

  @Test func mirrorsTurnAround() throws {
    let x = Tensor((0..<12).map(Float.init), [1, 2, 2, 3])
    #expect(try apply(Flip(horizontal: true, probability: 1), x).doubles == [2, 1, 0, 5, 4, 3, 8, 7, 6, 11, 10, 9])
    #expect(try apply(Flip(horizontal: false, probability: 1), x).doubles == [3, 4, 5, 0, 1, 2, 9, 10, 11, 6, 7, 8])
    #expect(try apply(Flip(horizontal: true, probability: 0), x).doubles == x.doubles)
    let many = images([400, 1, 2, 2])
    let flipped = try apply(Flip(horizontal: true), many)
    let count = (0..<400).count { flipped[4 * $0] != many[4 * $0] }
    #expect(abs(count - 200) < 50)
  }

  @Test func noTurnAndNoMoveLeaveImagesAlone() throws {
    let x = images([3, 1, 5, 5])
    #expect(try apply(RandomAffine(), x).doubles == x.doubles)
    // Moved by up to its own size, an image uncovers what lies beyond.
    #expect(try apply(RandomAffine(translate: 1, fill: 0.25), x).doubles.contains(0.25))
    // A smooth image that is turned about its middle keeps its middle.
    var slopes: [Float] = []
    for row in -2...2 { for column in -2...2 { slopes.append(Float(abs(row) + abs(column))) } }
    let cone = Tensor(slopes, [1, 1, 5, 5])
    for seed in 0..<8 { #expect(abs(try apply(RandomAffine(degrees: 180), cone, seed: UInt64(seed))[12]) < 1e-6) }
  }

  @Test func sizesChange() throws {
    let x = Tensor((0..<16).map(Float.init), [1, 1, 4, 4])
    #expect(try apply(Resize(height: 2, width: 2, mode: .area), x).doubles == [2.5, 4.5, 10.5, 12.5])
    #expect(try apply(Resize(height: 2, width: 2, mode: .nearest), x).doubles == [0, 2, 8, 10])
    #expect(try apply(Resize(height: 2, width: 2), x).doubles == [2.5, 4.5, 10.5, 12.5])
    #expect(try apply(Resize(height: 4, width: 8), x).doubles.prefix(8) == [0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3])
    // Means keep the total, whatever the ratio.
    let y = images([2, 3, 7, 5], .float64)
    for (height, width) in [(3, 4), (1, 1), (7, 5), (14, 10)] {
      let small = try apply(Resize(height: height, width: width, mode: .area), y)
      let scale = Double(7 * 5) / Double(height * width)
      #expect(abs(small.doubles.reduce(0, +) * scale - y.doubles.reduce(0, +)) < 1e-9)
    }
  }

  @Test func valuesChange() throws {
    let x = Tensor([0, 0.2, 0.5, 0.9] as [Float], [1, 4])
    #expect(try apply(Binarise(threshold: 0.5), x).doubles == [0, 0, 1, 1])
    #expect(try apply(BitDepth(bits: 1), x).doubles == [0, 0, 1, 1])
    #expect(try apply(BitDepth(bits: 2), x).doubles.map { ($0 * 3).rounded() } == [0, 1, 2, 3])
    let colour = Tensor([1, 0, 0.5, 1, 0.25, 0] as [Double], [1, 3, 1, 2])
    let gray = try apply(Grayscale(), colour)
    #expect(gray.shape == [1, 1, 1, 2])
    #expect(abs(gray[0] - (0.299 + 0.587 * 0.5 + 0.114 * 0.25)) < 1e-12 && abs(gray[1] - 0.587) < 1e-12)
    let noisy = try apply(GaussianNoise(deviation: 0.5), images([1, 40000])).doubles
    let mean = noisy.reduce(0, +) / 40000
    #expect(abs(mean - 0.5) < 0.02)
    #expect(try apply(GaussianNoise(deviation: 3, range: 0...1), images([1, 100])).doubles.allSatisfy { (0...1).contains($0) })
  }

  @Test func badNumbersAreNamed() {
    for (expected, make) in [
      ("probability is 1.5; it must be in [0, 1]", { try Flip(horizontal: true, probability: 1.5) }),
      ("padding is -1; it must be in 0..65536", { try Crop(padding: -1, isRandom: true) }),
      ("degrees is 200.0; it must be in [0, 180]", { try RandomAffine(degrees: 200) }),
      ("height is 0; it must be in 1..32768", { try Resize(height: 0, width: 3) }),
      ("bits is 17; it must be in 1..16", { try BitDepth(bits: 17) }),
      ("deviation is -1.0; it must be 0 or more", { try GaussianNoise(deviation: -1) }),
    ] as [(String, () throws -> any Transform)] {
      #expect(message { _ = try make() } == expected)
    }
  }
}

@Suite struct FittedTests {
  private func set(_ rows: Int, _ columns: Int, seed: UInt64 = 5) throws -> Dataset {
    let values = images([rows, columns], seed: seed)
    // Features of very different sizes, and correlated.
    for row in 0..<rows {
      for i in 1..<columns { values[row * columns + i] = values[row * columns + i] * Double(i + 1) + values[row * columns] }
    }
    return try Dataset(samples: values, labels: [Int](repeating: 0, count: rows), classes: 1)
  }

  @Test func standardisedFeaturesHaveMeanZeroAndDeviationOne() throws {
    let data = try set(50, 4)
    let scaled = try data.map(Transforms([FeatureScale(.standardise, fitting: data)]), seed: 0).samples
    for i in 0..<4 {
      let column = (0..<50).map { scaled[$0 * 4 + i] }
      let mean = column.reduce(0, +) / 50
      #expect(abs(mean) < 1e-6)
      #expect(abs(column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 50 - 1) < 1e-5)
    }
    let flat = try Dataset(samples: Tensor([Float(2), 2], [2, 1]), labels: [0, 0], classes: 1)
    #expect(try flat.map(Transforms([FeatureScale(.standardise, fitting: flat)]), seed: 0).samples.doubles == [0, 0])
  }

  @Test func minMaxReachesZeroAndOne() throws {
    let data = try set(50, 3)
    let scale = try Transforms([FeatureScale(.minMax, fitting: data)])
    let scaled = try data.map(scale, seed: 0).samples.doubles
    #expect(scaled.min() == 0 && abs(scaled.max()! - 1) < 1e-6)
    let other = try set(50, 3, seed: 6).map(scale, seed: 0).samples.doubles
    #expect(other.min()! < 0 || other.max()! > 1)
    let clipped = try Transforms([FeatureScale(.minMax, fitting: data, clip: true)])
    #expect(try set(50, 3, seed: 6).map(clipped, seed: 0).samples.doubles.allSatisfy { (0...1).contains($0) })
  }

  @Test func imagesAreNotScaledInTheData() throws {
    let data = try Dataset(samples: images([4, 1, 2, 2]), labels: [0, 0, 0, 0], classes: 1)
    #expect(message { _ = try FeatureScale(.standardise, fitting: data) }.contains("normalise them in the model"))
  }

  @Test(arguments: [(60, 7), (9, 20), (40, 40)])
  func componentsDiagonaliseTheCovariance(rows: Int, columns: Int) throws {
    let data = try set(rows, columns)
    let count = min(rows - 1, columns, 6)
    let pca = try PCA(fitting: data, components: count)
    let mapped = try data.map(Transforms([pca]), seed: 0).samples
    #expect(mapped.shape == [rows, count])
    for a in 0..<count {
      for b in 0...a {
        let product = (0..<rows).reduce(0.0) { $0 + mapped[$1 * count + a] * mapped[$1 * count + b] } / Double(rows - 1)
        let scale = pca.variances[0]
        #expect(abs(product - (a == b ? pca.variances[a] : 0)) < 1e-5 * scale, "\(a), \(b)")
      }
    }
    #expect(pca.variances == pca.variances.sorted(by: >))
    let whole = try PCA(fitting: data, components: min(rows - 1, columns))
    #expect(abs(whole.variances.reduce(0, +) / whole.totalVariance - 1) < 1e-10)
    // The same again, and no sign is left to chance.
    #expect(try data.map(Transforms([PCA(fitting: data, components: count)]), seed: 0).samples.doubles == mapped.doubles)
  }

  @Test func whitenedComponentsHaveDeviationOne() throws {
    let data = try set(80, 5)
    let mapped = try data.map(Transforms([PCA(fitting: data, components: 3, whiten: true)]), seed: 0).samples
    for k in 0..<3 {
      let square = (0..<80).reduce(0.0) { $0 + mapped[$1 * 3 + k] * mapped[$1 * 3 + k] } / 79
      #expect(abs(square - 1) < 1e-5)
    }
    let flat = try Dataset(samples: Tensor([1, 1, 2, 1, 3, 1] as [Float], [3, 2]), labels: [0, 0, 0], classes: 1)
    #expect(message { _ = try PCA(fitting: flat, components: 2, whiten: true) }
      == "component 1 has no variance to whiten by; there are 1 that have")
    #expect(message { _ = try PCA(fitting: flat, components: 3) }
      == "components is 3; 3 samples of 2 values have 1..2 components")
  }
}

@Suite struct AugmentationTests {
  @Test func batchesAreAugmentedByEpochAndIndex() throws {
    let data = try Dataset(samples: images([6, 1, 4, 4]), labels: [0, 1, 0, 1, 0, 1], classes: 2)
    let augmented = try data.augment(Transforms([Crop(padding: 1, isRandom: true)]), seed: 9)
    #expect(augmented.samples.doubles == data.samples.doubles)
    let first = try augmented.batch([4, 2], epoch: 1)
    #expect(first.labels == [0, 0])
    let all = try augmented.batch(Array(0..<6), epoch: 1).samples.doubles
    #expect(first.samples.doubles == Array(all[64..<80]) + Array(all[32..<48]))
    #expect(try augmented.batch([4, 2], epoch: 2).samples.doubles != first.samples.doubles)
    #expect(message { _ = try data.augment(Transforms([Crop(height: 2, isRandom: true)]), seed: 0) }.hasPrefix(
      "augmentation makes {1, 2, 4} of samples {1, 4, 4}; they must keep their shape"))
  }
}

@Suite struct SplitTests {
  private func data(_ counts: [Int]) throws -> Dataset {
    let labels = counts.enumerated().flatMap { [Int](repeating: $0, count: $1) }
    return try Dataset(samples: Tensor(labels.indices.map(Float.init), [labels.count, 1]), labels: labels, classes: counts.count)
  }

  @Test func partsAreDisjointAndWhole() throws {
    for counts in [[10, 20, 30], [7, 1, 13], [100]] {
      for shares in [[0.8, 0.1, 0.1], [0.5, 0.5], [0.7, 0.2]] {
        for stratified in [true, false] {
          let set = try data(counts)
          guard let parts = try? set.split(shares, stratified: stratified, seed: 4) else { continue }
          let all = parts.flatMap { $0.samples.doubles }
          #expect(Set(all).count == all.count)
          for (part, share) in zip(parts, shares) {
            #expect(abs(Double(part.count) - share * Double(set.count)) <= 1.0 + 1e-9, "\(counts) \(shares)")
            if stratified {
              for (label, count) in counts.enumerated() {
                let have = part.labels.count { $0 == label }
                #expect(abs(Double(have) - share * Double(count)) <= 1.5, "\(counts) \(shares)")
              }
            }
          }
          if shares.reduce(0, +) > 0.99 { #expect(all.count == set.count) }
          #expect(try set.split(shares, stratified: stratified, seed: 4).map(\.labels) == parts.map(\.labels))
        }
      }
    }
  }

  @Test func badSharesAreNamed() throws {
    let set = try data([3, 3])
    #expect(message { _ = try set.split([0.5, 0.6], seed: 0) } == "the shares add up to 1.1; it must be 1 or less")
    #expect(message { _ = try set.split([0, 1], seed: 0) } == "share 0 is 0.0; it must be more than 0 and 1 at most")
    #expect(message { _ = try set.split([0.99, 0.01], seed: 0) }.hasPrefix("part 1 would have no sample"))
  }
}

@Suite struct SyntheticTests {
  @Test(arguments: Synthetic.Kind.allCases) func setsDependOnTheirSeed(kind: Synthetic.Kind) throws {
    var wanted = Synthetic(kind)
    wanted.count = 60
    wanted.seed = 3
    let a = try wanted.make()
    #expect(a.count == 60 && a.classes == 2)
    #expect(Set(a.labels) == [0, 1])
    #expect(try wanted.make().samples.doubles == a.samples.doubles)
    wanted.seed = 4
    #expect(try wanted.make().samples.doubles != a.samples.doubles)
    wanted.count = 0
    #expect(message { _ = try wanted.make() } == "count is 0; it must be in 1..67108864")
  }

  @Test func formulasHold() throws {
    var wanted = Synthetic(.circles)
    wanted.factor = 0.3
    let circles = try wanted.make()
    for i in 0..<circles.count {
      let (x, y) = (circles.samples[2 * i], circles.samples[2 * i + 1])
      #expect(abs((x * x + y * y).squareRoot() - (circles.labels[i] == 0 ? 1 : 0.3)) < 1e-6)
    }
    wanted = Synthetic(.xor)
    wanted.features = 3
    let xor = try wanted.make()
    for i in 0..<xor.count {
      #expect((0..<3).count { xor.samples[3 * i + $0] < 0 } % 2 == xor.labels[i])
    }
    wanted = Synthetic(.barsAndStripes)
    let lines = try wanted.make()
    #expect(lines.samples.shape == [200, 1, 4, 4])
    for i in 0..<200 {
      let image = (0..<16).map { lines.samples[16 * i + $0] }
      #expect(image.contains(0) && image.contains(1))
      for row in 0..<4 {
        for column in 0..<4 { #expect(image[4 * row + column] == image[lines.labels[i] == 0 ? column : 4 * row]) }
      }
    }
    wanted = Synthetic(.spirals)
    wanted.classes = 3
    #expect(try wanted.make().classes == 3)
  }
}
