// Files of every format, written byte by byte for the tests that read and damage them.

import Foundation

/// Little-endian numbers of `width` bytes.
func little(_ width: Int, _ numbers: Int...) -> [UInt8] {
  numbers.flatMap { n in (0..<width).map { UInt8(truncatingIfNeeded: n >> (8 * $0)) } }
}

/// A .npy file with this dictionary and these bytes of data.
func npy(_ header: String, _ data: [UInt8], version: Int = 1) -> [UInt8] {
  [0x93] + Array("NUMPY".utf8) + [UInt8(version), 0] + little(version == 1 ? 2 : 4, header.utf8.count)
    + Array(header.utf8) + data
}

/// The usual header.
func npy(_ type: String, _ shape: String, _ data: [UInt8], columnMajor: Bool = false) -> [UInt8] {
  npy("{'descr': '\(type)', 'fortran_order': \(columnMajor ? "True" : "False"), 'shape': (\(shape)), }\n", data)
}

/// A zip archive of stored entries.
func zip(_ entries: [(name: String, bytes: [UInt8])]) -> [UInt8] {
  var (file, directory): ([UInt8], [UInt8]) = ([], [])
  for (name, bytes) in entries {
    let place = file.count
    let common = little(2, 20, 0, 0, 0, 0x21) + little(4, Int(crc32(bytes)), bytes.count, bytes.count)
      + little(2, name.utf8.count)
    file += little(4, 0x0403_4B50) + common + little(2, 0) + Array(name.utf8) + bytes
    directory += little(4, 0x0201_4B50) + little(2, 20) + common + little(2, 0, 0, 0, 0) + little(4, 0, place)
      + Array(name.utf8)
  }
  let start = file.count
  return file + directory + little(4, 0x0605_4B50) + little(2, 0, 0, entries.count, entries.count)
    + little(4, directory.count, start) + little(2, 0)
}

/// A small MedMNIST: 2x2 images, 3 + 2 + 1 of them, classes 0…2.
func medical(channels: Int = 1) -> [UInt8] {
  var entries: [(String, [UInt8])] = []
  for (part, labels) in [("train", [0, 1, 2]), ("val", [1, 0]), ("test", [1])] {
    let pixels = (0..<labels.count * 4 * channels).map { UInt8($0 * 10 % 256) }
    let shape = "\(labels.count), 2, 2" + (channels == 1 ? "" : ", \(channels)")
    entries.append(("\(part)_images.npy", npy("|u1", shape, pixels)))
    entries.append(("\(part)_labels.npy", npy("|u1", "\(labels.count), 1", labels.map { UInt8($0) })))
  }
  return zip(entries)
}

/// Records of CIFAR: label bytes, then 3072 bytes that begin with the record's number.
func cifar(_ labels: [[UInt8]]) -> [UInt8] {
  labels.enumerated().flatMap { i, labels in labels + [UInt8(i)] + [UInt8](repeating: 51, count: 3071) }
}
