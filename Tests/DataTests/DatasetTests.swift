// Data sets, their subsets and orders.

import Data
import Tensors
import Testing

/// 20 samples of one feature: sample i has the value i.  8 of class 0, 6 of class 1, 6 of class 2.
private func example() throws -> Dataset {
  let labels = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]
  return try Dataset(
    samples: Tensor((0..<20).map(Float.init), [20, 1]), labels: labels, classes: 3)
}

private func values(_ set: Dataset) -> [Int] { set.samples.doubles.map { Int($0) } }

@Suite struct DatasetTests {
  /// Samples, labels, classes and the message.
  static let refused: [(Tensor, [Int], Int, String)] = [
    (Tensor([Float(1), 2], [2, 1]), [0], 1, "2 samples but 1 labels; there must be one each"),
    (Tensor([Float(1), 2], [2, 1]), [0, 3], 3, "label 1 is 3; it must be in 0..2"),
    (Tensor([Float(1), 2], [2, 1]), [-1, 0], 3, "label 0 is -1; it must be in 0..2"),
    (Tensor([Float(1), 2], [2, 1]), [0, 0], 0, "classes is 0; it must be 1 or more"),
    (
      Tensor([Double(1)], [1, 1]), [0], 1,
      "samples are float64; they must be float32, cast them first"
    ),
    (
      Tensor([Float(1)], [1]), [0], 1,
      "samples have the shape {1}; it must be {count, features, ...}"
    ),
    (Tensor(.float32, [0, 1]), [], 1, "a data set needs at least one sample"),
    (
      Tensor(.float32, [1, 0]), [0], 1,
      "samples have the shape {1, 0}; every dimension must be 1 or more"
    ),
    (
      Tensor([Float(1), 2, 3, .nan], [2, 2]), [0, 0], 1,
      "sample 1 has the value nan at its element 1; samples must be finite numbers"
    ),
  ]

  @Test(arguments: refused)
  func refusesWhatDoesNotFit(samples: Tensor, labels: [Int], classes: Int, expected: String) {
    #expect(
      message { _ = try Dataset(samples: samples, labels: labels, classes: classes) } == expected)
  }

  @Test func ownsItsSamples() throws {
    let tensor = Tensor([Float(1), 2], [2, 1])
    let set = try Dataset(samples: tensor, labels: [0, 1], classes: 2)
    tensor[0] = 9
    #expect(set.samples[0] == 1)
  }

  @Test func selectKeepsOrderAndRepeats() throws {
    let set = try example().select([19, 0, 0, 8])
    #expect(values(set) == [19, 0, 0, 8])
    #expect(set.labels == [2, 0, 0, 1])
    #expect(message { _ = try example().select([0, 20]) } == "index 1 is 20; it must be in 0..19")
    #expect(message { _ = try example().select([]) } == "a selection needs at least one index")
  }

  @Test func ordersArePermutationsThatDependOnSeedAndEpoch() throws {
    let set = try example()
    let first = try set.order(seed: 3, epoch: 0)
    #expect(first.sorted() == Array(0..<20))
    #expect(try set.order(seed: 3, epoch: 0) == first)
    #expect(try set.order(seed: 3, epoch: 1) != first)
    #expect(try set.order(seed: 4, epoch: 0) != first)
    #expect(message { _ = try set.order(seed: 0, epoch: -1) } == "epoch is -1; it must be 0 or more")
  }

  @Test func subsetsByCountTakeTheFirst() throws {
    #expect(values(try example().subset(.init(count: 3))) == [0, 1, 2])
    #expect(try example().subset(.init()).count == 20)
    #expect(
      message { _ = try example().subset(.init(count: 21)) }
        == "count is 21, but there are only 20 samples to choose from")
    #expect(
      message { _ = try example().subset(.init(count: 0)) }
        == "count is 0; it must be 1 or more, or -1 for all")
  }

  @Test func balancedCountsDifferByOneAtMost() throws {
    for count in 1...18 {
      for shuffle in [false, true] {
        let wanted = Dataset.Subset(count: count, balanced: true, shuffle: shuffle, seed: 5)
        let set = try example().subset(wanted)
        let counts = (0..<3).map { label in set.labels.filter { $0 == label }.count }
        #expect(counts.reduce(0, +) == count)
        #expect(counts.max()! - counts.min()! <= 1, "\(count): \(counts)")
      }
    }
    #expect(values(try example().subset(.init(count: 4, balanced: true))) == [0, 1, 8, 14])
  }

  @Test func balancedWithoutCountTakesWhatTheSmallestClassAllows() throws {
    #expect(try example().subset(.init(balanced: true)).count == 18)
    // 19 is possible, as class 0 has one more; 20 is not.
    #expect(try example().subset(.init(count: 19, balanced: true)).count == 19)
    #expect(
      message { _ = try example().subset(.init(count: 20, balanced: true)) }
        == "count is 20, but class 1 has only 6 samples; a balanced subset can have 18")
  }

  @Test func shuffledSubsetsDependOnTheSeedAlone() throws {
    let a = try example().subset(.init(count: 10, shuffle: true, seed: 1))
    let b = try example().subset(.init(count: 10, shuffle: true, seed: 1))
    let c = try example().subset(.init(count: 10, shuffle: true, seed: 2))
    #expect(values(a) == values(b))
    #expect(values(a) != values(c))
    #expect(Set(values(a)).count == 10)
  }

  @Test func classesAreRenumberedInTheirGivenOrder() throws {
    let set = try example().subset(.init(classes: [2, 0]))
    #expect(set.classes == 2)
    #expect(values(set) == Array(0..<8) + Array(14..<20))
    #expect(set.labels == [Int](repeating: 1, count: 8) + [Int](repeating: 0, count: 6))
    let balanced = try example().subset(.init(count: 4, balanced: true, classes: [2, 1]))
    #expect(values(balanced) == [8, 9, 14, 15])
    #expect(message { _ = try example().subset(.init(classes: [3])) } == "class 3 is not in 0..2")
    #expect(
      message { _ = try example().subset(.init(classes: [1, 1])) }
        == "class 1 is named twice; name each class once")
    #expect(
      message { _ = try example().subset(.init(classes: [])) }
        == "the list of classes to keep is empty")
  }

  @Test func classesWithoutSamplesAreNoticed() throws {
    let set = try Dataset(samples: Tensor([Float(1), 2], [2, 1]), labels: [0, 0], classes: 2)
    #expect(
      message { _ = try set.subset(.init(classes: [1])) } == "no sample has one of the wanted classes")
    #expect(
      message { _ = try set.subset(.init(balanced: true)) } == "class 1 has no samples to balance")
    #expect(
      message { _ = try set.subset(.init(count: 2, balanced: true)) }
        == "count is 2, but class 1 has only 0 samples; a balanced subset can have 0")
  }
}
