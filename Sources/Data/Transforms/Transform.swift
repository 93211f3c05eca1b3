// What all transforms have in common: samples in, samples out, and where random draws come from.
// Each transform is a file of its own beside this one.

import Tensors

/// A change to every sample of a batch, sample by sample.
///
/// Samples are [channels, height, width] for images, or rows of features; a batch has one more
/// axis in front.  Random transforms draw from (seed, epoch, index of the sample) alone, so that a
/// batch's composition, the threads and other draws change nothing.
public protocol Transform: Sendable {
  /// How messages and listings call it, with its numbers.
  var description: String { get }
  /// Whether the result depends on the draws.
  var isRandom: Bool { get }
  /// The shape of a sample afterwards; `.shape` for one that this transform does not take.
  func shape(after shape: [Int]) throws -> [Int]
  /// Fills `result`, whose shape is that of `shape(after:)`, from samples of the same element type.
  func apply(_ samples: Tensor, to result: Tensor, _ draws: Draws)
}

extension Transform {
  public var isRandom: Bool { false }
}

/// Where the draws of a batch come from.
public struct Draws: Sendable {
  let seed: UInt64
  let epoch: Int
  /// The place of the transform among those that are applied one after the other.
  let slot: Int
  /// The index in the data set of each sample of the batch.
  let indices: ArraySlice<Int>

  /// The random numbers of one sample of the batch.
  func stream(_ row: Int) -> RandomStream {
    let index = indices[indices.startIndex + row]
    // 2^24 blocks of four words for each of 256 transforms of each of 2^32 samples.
    let position = UInt64(truncatingIfNeeded: index) << 32 | UInt64(slot & 0xFF) << 24
    return RandomStream(seed: seed, purpose: .augmentation, substream: epoch, position: position)
  }
}

/// Transforms one after the other.
public struct Transforms: Sendable {
  public let list: [any Transform]

  public init(_ list: [any Transform]) throws {
    guard !list.isEmpty else { throw EngineError.value("the list of transforms is empty") }
    guard list.count <= 256 else { throw EngineError.value("\(list.count) transforms; there may be 256 at most") }
    self.list = list
  }

  /// Samples at their indices, as they are in an epoch.
  ///
  /// values: [batch, …]; one index per row.  It may be called from any thread.
  public func apply(_ values: Tensor, indices: ArraySlice<Int>, seed: UInt64, epoch: Int) throws -> Tensor {
    precondition(values.shape.first == indices.count)
    var current = values
    for (slot, transform) in list.enumerated() {
      let shape = try named(transform) { try transform.shape(after: Array(current.shape.dropFirst())) }
      let result = Tensor(uninitialized: values.type, [indices.count] + shape)
      transform.apply(current, to: result, Draws(seed: seed, epoch: epoch, slot: slot, indices: indices))
      current = result
    }
    return current
  }

  /// The shape of a sample after all of them.
  public func shape(after shape: [Int]) throws -> [Int] {
    try list.reduce(shape) { shape, transform in try named(transform) { try transform.shape(after: shape) } }
  }

  private func named(_ transform: any Transform, _ body: () throws -> [Int]) throws -> [Int] {
    do {
      return try body()
    } catch let error as EngineError {
      throw EngineError(error.kind, "\(transform.description): \(error.message)")
    }
  }
}

/// Transforms that training applies to its samples anew in each epoch.
public struct Augmentation: Sendable {
  public let transforms: Transforms
  public let seed: UInt64

  public init(_ transforms: Transforms, seed: UInt64) { (self.transforms, self.seed) = (transforms, seed) }

  /// The samples of a batch as they are in an epoch (from 0); `indices` are those of the data set.
  public func apply(_ values: Tensor, indices: ArraySlice<Int>, epoch: Int) throws -> Tensor {
    try transforms.apply(values, indices: indices, seed: seed, epoch: epoch)
  }
}

extension Dataset {
  /// The samples after some transforms, applied once; draws are those of epoch 0.
  public func map(_ transforms: Transforms, seed: UInt64) throws -> Dataset {
    let result = try transforms.apply(samples, indices: Array(0..<count)[...], seed: seed, epoch: 0)
    // Large scales and noise may leave the range of Float.
    if let i = result.firstNonFinite {
      throw EngineError.value("sample \(i / (result.count / count)) becomes \(result[i]); samples must stay finite")
    }
    return with { $0.samples = result }
  }

  /// The same data set, whose samples training changes anew in each epoch.  Samples keep their shape.
  public func augment(_ transforms: Transforms, seed: UInt64) throws -> Dataset {
    let shape = Array(samples.shape.dropFirst())
    let after = try transforms.shape(after: shape)
    guard after == shape else {
      throw EngineError.shape(
        "augmentation makes \(describe(shape: after)) of samples \(describe(shape: shape)); they must keep "
          + "their shape, other transforms belong into a map")
    }
    return with { $0.augmentation = Augmentation(transforms, seed: seed) }
  }

  /// Samples by their indices, as training sees them in an epoch (from 0).
  public func batch(_ indices: [Int], epoch: Int) throws -> Dataset {
    let chosen = try select(indices)
    guard let augmentation else { return chosen }
    let changed = try augmentation.apply(chosen.samples, indices: indices[...], epoch: epoch)
    return chosen.with { parts in
      parts.samples = changed
      parts.augmentation = nil
    }
  }
}

/// The channels, height and width of an image sample.
func image(_ shape: [Int]) throws -> (channels: Int, height: Int, width: Int) {
  guard shape.count == 3 else {
    throw EngineError.shape("takes images {channels, height, width}, got samples of shape \(describe(shape: shape))")
  }
  return (shape[0], shape[1], shape[2])
}
