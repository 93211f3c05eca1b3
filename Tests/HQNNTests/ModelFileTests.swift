// Models in files through the C ABI: the same outputs, and no damage does more than an error.

import CHQNN
import Foundation
import Testing

@Suite struct ModelFileTests {
  private let folder: String

  init() {
    folder = NSTemporaryDirectory() + "hqnn-files-" + UUID().uuidString
    try! FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private func remove() { try? FileManager.default.removeItem(atPath: folder) }

  private func built() -> OpaquePointer? {
    let model = network()
    works(hqnn_layer_build(model, HQNN_FLOAT32, 4, [1, 1, 4, 4], 3))
    return model
  }

  private func outputs(_ model: OpaquePointer?) -> [Float] {
    let input = tensor((0..<32).map { Float($0) / 32 }, [2, 1, 4, 4])
    defer { hqnn_tensor_release(input) }
    let output = made { hqnn_layer_infer(model, input, $0) }
    defer { hqnn_tensor_release(output) }
    return values(output)
  }

  @Test func aModelLoadsWithoutItsScript() {
    defer { remove() }
    let model = built()
    works(hqnn_layer_save(model, folder + "/m.safetensors"))
    let loaded = made { hqnn_layer_load(folder + "/m.safetensors", $0) }
    let copied = made { hqnn_layer_copy(model, $0) }
    #expect(outputs(loaded) == outputs(model))
    #expect(outputs(copied) == outputs(model))
    [model, loaded, copied].forEach(hqnn_layer_release)
  }

  @Test func everyTruncationAndThreeThousandFlipsAreSurvived() throws {
    defer { remove() }
    let model = built()
    let path = folder + "/m.safetensors"
    works(hqnn_layer_save(model, path))
    hqnn_layer_release(model)
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    func load(_ bytes: [UInt8]) throws -> Bool {
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      var loaded: OpaquePointer?
      guard hqnn_layer_load(path, &loaded) == HQNN_OK else { return false }
      // What loads also runs, whatever it is.
      if let loaded {
        var output: OpaquePointer?
        let input = tensor((0..<16).map { Float($0) / 16 }, [1, 1, 4, 4])
        _ = hqnn_layer_infer(loaded, input, &output)
        hqnn_tensor_release(output)
        hqnn_tensor_release(input)
      }
      hqnn_layer_release(loaded)
      return true
    }
    for length in 0..<whole.count { #expect(try !load(Array(whole[..<length])), "cut at \(length)") }
    let seed: UInt64 = 20261121
    var generator = SplitMix(state: seed)
    var refused = 0
    let header = 8 + Int(whole[0]) + Int(whole[1]) << 8 + Int(whole[2]) << 16
    for round in 0..<3000 {
      var bytes = whole
      // Half of the flips change a digit of the description, which gets furthest.
      let place = Int(generator.next() % UInt64(round % 4 == 0 ? whole.count : header))
      let digit = (place..<max(place, header)).first { (48...57).contains(bytes[$0]) }
      if round % 2 == 0, let digit {
        bytes[digit] = UInt8(48 + generator.next() % 10)
      } else {
        bytes[place] = UInt8(truncatingIfNeeded: generator.next())
      }
      if try !load(bytes) { refused += 1 }
    }
    print("model file: \(refused) of 3000 flips refused, seed \(seed)")
    #expect(refused > 500)
  }
}

/// splitmix64 (Steele, Lea, Flood 2014).
private struct SplitMix {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
