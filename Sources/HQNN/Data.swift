// hqnn.h, "data".

import CHQNN
import Data
import Learning
import Tensors

@c @implementation
public func hqnn_dataset_create(
  _ samples: OpaquePointer?, _ labels: UnsafePointer<Int64>?, _ count: Int64, _ classes: Int64,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let samples = try tensor(samples, "samples")
    // Before the labels are read: a wrong count must not read beyond them.
    try Dataset.check(samples: samples.value, labels: Int(count))
    let labels = try array(labels, count, "labels").map(Int.init)
    out.pointee = handle(
      try Dataset(samples: samples.value, labels: labels, classes: Int(classes)))
  }
}

@c @implementation
public func hqnn_dataset_digits(
  _ out_train: UnsafeMutablePointer<OpaquePointer?>?,
  _ out_test: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let (trainPlace, testPlace) = (try place(out_train, "out_train"), try place(out_test, "out_test"))
    let (train, test) = Digits.load()
    trainPlace.pointee = handle(train)
    testPlace.pointee = handle(test)
  }
}

@c @implementation
public func hqnn_dataset_mnist(
  _ root: UnsafePointer<CChar>?, _ out_train: UnsafeMutablePointer<OpaquePointer?>?,
  _ out_test: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let (trainPlace, testPlace) = (try place(out_train, "out_train"), try place(out_test, "out_test"))
    let (train, test) = try MNIST.load(root: root.map { String(cString: $0) })
    trainPlace.pointee = handle(train)
    testPlace.pointee = handle(test)
  }
}

@c @implementation
public func hqnn_dataset_idx(
  _ images: UnsafePointer<CChar>?, _ labels: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = handle(
      try IDX.dataset(images: text(images, "images"), labels: text(labels, "labels")))
  }
}

/// As HQNN_SUBSET_OPTIONS.
private let subsetDefaults = hqnn_subset_options(
  struct_size: MemoryLayout<hqnn_subset_options>.size, count: -1, balanced: 0, shuffle: 0, seed: 0,
  classes: nil, class_count: 0)

@c @implementation
public func hqnn_dataset_subset(
  _ dataset: OpaquePointer?, _ options: UnsafePointer<hqnn_subset_options>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let dataset: Dataset = try borrow(dataset, "dataset")
    let wanted = try HQNN.options(options, defaults: subsetDefaults)
    let classes = try array(wanted.classes, wanted.class_count, "classes").map(Int.init)
    out.pointee = handle(
      try dataset.subset(
        .init(
          count: wanted.count == -1 ? nil : Int(wanted.count), balanced: wanted.balanced != 0,
          shuffle: wanted.shuffle != 0, seed: wanted.seed,
          classes: classes.isEmpty ? nil : classes)))
  }
}

@c @implementation
public func hqnn_dataset_retain(_ dataset: OpaquePointer?) -> hqnn_status {
  status { try retain(dataset, "dataset", as: Dataset.self) }
}

@c @implementation
public func hqnn_dataset_release(_ dataset: OpaquePointer?) { release(dataset, as: Dataset.self) }

@c @implementation
public func hqnn_dataset_count(
  _ dataset: OpaquePointer?, _ out: UnsafeMutablePointer<Int64>?
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = Int64(try borrow(dataset, "dataset", as: Dataset.self).count)
  }
}

@c @implementation
public func hqnn_dataset_classes(
  _ dataset: OpaquePointer?, _ out: UnsafeMutablePointer<Int64>?
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = Int64(try borrow(dataset, "dataset", as: Dataset.self).classes)
  }
}

@c @implementation
public func hqnn_dataset_samples(
  _ dataset: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = handle(
      Variable(try borrow(dataset, "dataset", as: Dataset.self).samples))
  }
}

@c @implementation
public func hqnn_dataset_labels(
  _ dataset: OpaquePointer?, _ out: UnsafeMutablePointer<Int64>?, _ capacity: Int64
) -> hqnn_status {
  status {
    let out = try place(out)
    let dataset: Dataset = try borrow(dataset, "dataset")
    try write(dataset.labels, to: out, capacity: capacity, "labels")
  }
}

@c @implementation
public func hqnn_dataset_order(
  _ dataset: OpaquePointer?, _ seed: UInt64, _ epoch: Int64, _ out: UnsafeMutablePointer<Int64>?,
  _ capacity: Int64
) -> hqnn_status {
  status {
    let out = try place(out)
    let dataset: Dataset = try borrow(dataset, "dataset")
    try write(dataset.order(seed: seed, epoch: Int(epoch)), to: out, capacity: capacity, "indices")
  }
}

@c @implementation
public func hqnn_dataset_select(
  _ dataset: OpaquePointer?, _ indices: UnsafePointer<Int64>?, _ count: Int64,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let dataset: Dataset = try borrow(dataset, "dataset")
    let indices = try array(indices, count, "indices").map(Int.init)
    out.pointee = handle(try dataset.select(indices))
  }
}

/// Fills a caller's array that must have room for all values.
private func write(
  _ values: [Int], to out: UnsafeMutablePointer<Int64>, capacity: Int64, _ what: String
) throws {
  guard capacity >= values.count else {
    throw EngineError.value("capacity is \(capacity), but there are \(values.count) \(what)")
  }
  for (i, value) in values.enumerated() { out[i] = Int64(value) }
}
