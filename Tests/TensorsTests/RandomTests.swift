// The generator against published numbers, and what streams promise.

import Testing

import Tensors

@Suite struct RandomTests {
  /// The known-answer vectors of Random123 (Salmon et al. 2011) for philox4x32-10.
  @Test(arguments: [
    (SIMD4<UInt32>(repeating: 0), SIMD2<UInt32>(repeating: 0),
      SIMD4<UInt32>(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)),
    (SIMD4(repeating: 0xffff_ffff), SIMD2(repeating: 0xffff_ffff),
      SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)),
    (SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), SIMD2(0xa409_3822, 0x299f_31d0),
      SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)),
  ])
  func philoxGivesTheKnownAnswers(counter: SIMD4<UInt32>, key: SIMD2<UInt32>, answer: SIMD4<UInt32>) {
    #expect(philox(counter: counter, key: key) == answer)
  }

  @Test func purposesAndSubstreamsAreIndependent() {
    var first: Set<UInt32> = []
    for purpose in [RandomStream.Purpose.weights, .order, .attack] {
      for substream in 0..<3 {
        var stream = RandomStream(seed: 7, purpose: purpose, substream: substream)
        first.insert(stream.next())
      }
    }
    #expect(first.count == 9)
  }

  @Test func uniformNumbersHaveTheRightMoments() {
    var stream = RandomStream(seed: 3, purpose: .tensor)
    let values = (0..<20_000).map { _ in stream.uniform() }
    let mean = values.reduce(0, +) / 20_000
    let square = values.reduce(0) { $0 + $1 * $1 } / 20_000
    #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(abs(mean - 0.5) < 0.01)
    #expect(abs(square - 1.0 / 3) < 0.01)
  }

  @Test func anEpochVisitsEverySampleOnce() {
    let order = epochOrder(count: 1000, seed: 1, epoch: 0)
    #expect(order.sorted() == Array(0..<1000))
    #expect(order != epochOrder(count: 1000, seed: 1, epoch: 1))
    #expect(order == epochOrder(count: 1000, seed: 1, epoch: 0))
  }
}
