// The archives of MedMNIST (Yang et al. 2023): {train,val,test}_{images,labels} in one .npz file.
// Also any other archive with arrays of images and labels.

import Tensors

public enum MedMNIST {
  /// Training, validation and test part of a file.  [n, 1 or 3, h, w] with pixels in [0, 1].
  ///
  /// Labels are class numbers, [n] or [n, 1]; classes are as many as the largest label of all parts
  /// asks for.  Where a sample has several labels of 0 or 1 (ChestMNIST) they become targets [n, labels].
  public static func load(
    _ path: String, parts: Set<KnownSets.Part> = Set(KnownSets.Part.allCases)
  ) throws -> [KnownSets.Part: Dataset] {
    let file = try NPZ(path)
    // Every part's labels, also of parts that are not wanted: they decide the number of classes.
    let labels = try KnownSets.Part.allCases.map { try file.array(prefix($0) + "_labels") }
    let classes = try labels.map { $0.isColumn ? try classCount($0) : 0 }.max() ?? 0
    var result: [KnownSets.Part: Dataset] = [:]
    for (part, labels) in zip(KnownSets.Part.allCases, labels) where parts.contains(part) {
      result[part] = try dataset(file.array(prefix(part) + "_images"), labels, classes: classes)
    }
    return result
  }

  private static func prefix(_ part: KnownSets.Part) -> String { part == .validation ? "val" : part.rawValue }

  /// Two arrays of any archive: samples, and labels or targets.  classes: nil for the largest label
  /// and one.
  public static func dataset(
    _ path: String, samples: String, labels: String, classes: Int?
  ) throws -> Dataset {
    let file = try NPZ(path)
    return try dataset(file.array(samples), file.array(labels), classes: classes)
  }

  /// One pair of arrays of any archive.
  static func dataset(_ images: NPYArray, _ labels: NPYArray, classes: Int?) throws -> Dataset {
    let samples = try images.imagesOrRows()
    guard labels.shape.first == samples.shape[0] else {
      throw EngineError.file(
        "\(images.name) has \(samples.shape[0]) samples but \(labels.name) the shape "
          + "\(describe(shape: labels.shape)); there must be one label each")
    }
    guard samples.count > 0 else {
      throw EngineError.file("\(images.name): the shape is \(describe(shape: images.shape)); there are no samples")
    }
    if let i = samples.firstNonFinite {
      throw EngineError.file("\(images.name): element \(i) is \(samples[i]); samples must be finite numbers")
    }
    guard labels.isColumn && labels.kind != .float else {
      let targets = try labels.tensor(.float32)
      return try Dataset(samples: samples, targets: targets.rank == 1 ? targets.reshaped([targets.count, 1]) : targets)
    }
    return try Dataset(samples: samples, labels: labels.integers(), classes: classes ?? classCount(labels))
  }

  /// The largest label and one.
  private static func classCount(_ labels: NPYArray) throws -> Int {
    let numbers = try labels.integers()
    if let i = numbers.firstIndex(where: { $0 < 0 || $0 >= 1 << 20 }) {
      throw EngineError.file("\(labels.name): label \(i) is \(numbers[i]); it must be in 0..\(1 << 20 - 1)")
    }
    return (numbers.max() ?? -1) + 1
  }
}

extension NPYArray {
  /// One number per row: [n] or [n, 1].
  var isColumn: Bool { shape.count == 1 || (shape.count == 2 && shape[1] == 1) }

  /// Bytes as images with pixels in [0, 1]: [n, h, w] becomes [n, 1, h, w], [n, h, w, 3] becomes
  /// [n, 3, h, w], anything else keeps its shape.  Numbers of other types are taken as they are;
  /// [n] becomes [n, 1].
  func imagesOrRows() throws -> Tensor {
    let isBytes = kind == .unsigned && width == 1
    try checkMemory(4 * count, name, "the values")
    var result = Tensor(uninitialized: .float32, shape)
    if isBytes {
      convert(bytes, scale: 255, to: result)
    } else {
      result = try tensor(.float32)
    }
    switch shape.count {
    case 0: throw EngineError.file("\(name): a single number; samples are {count, ...}")
    case 1: return result.reshaped([shape[0], 1])
    case 3 where isBytes: return result.reshaped([shape[0], 1, shape[1], shape[2]])
    case 4 where isBytes && (shape[3] == 3 || shape[3] == 1): return channelsFirst(result)
    default: return result
    }
  }
}
