// The 8x8 digits that are built into the library, so that a first study needs no download.

import CDigits
import Tensors

/// Optical Recognition of Handwritten Digits, its test part (E. Alpaydin and C. Kaynak 1998, UCI
/// Machine Learning Repository, CC BY 4.0).
public enum Digits {
  /// The first 1437 images train, the last 360 test: [n, 1, 8, 8], counts 0…16 divided by 16.
  public static func load() -> (train: Dataset, test: Dataset) {
    let (pixels, labels) = parse()
    let all = Tensor(uninitialized: .float32, [labels.count, 1, 8, 8])
    convert(pixels, scale: 16, to: all)
    let part = { (range: Range<Int>) in
      Dataset(checked: all.rows(range), labels: Array(labels[range]), classes: 10)
    }
    return (part(0..<trainingCount), part(trainingCount..<labels.count))
  }

  private static let trainingCount = 1437

  /// Rows of 64 pixels and a label below a header line, as decimal numbers.
  private static func parse() -> (pixels: [UInt8], labels: [Int]) {
    guard let csv = inflated(embedded_digits_data(), embedded_digits_size()) else {
      preconditionFailure("the embedded digits are damaged")
    }
    var pixels: [UInt8] = []
    var labels: [Int] = []
    var number: UInt8 = 0
    let body = csv.firstIndex(of: UInt8(ascii: "\n"))! + 1
    for byte in csv[body...] {
      switch byte {
      case UInt8(ascii: ","):
        pixels.append(number)
        number = 0
      case UInt8(ascii: "\n"):
        labels.append(Int(number))
        number = 0
      default: number = number * 10 + (byte - UInt8(ascii: "0"))
      }
    }
    precondition(labels.count == 1797 && pixels.count == 64 * 1797)
    return (pixels, labels)
  }
}
