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
public func hqnn_dataset_create_targets(
  _ samples: OpaquePointer?, _ targets: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = handle(
      try Dataset(samples: tensor(samples, "samples").value, targets: tensor(targets, "targets").value))
  }
}

@c @implementation
public func hqnn_dataset_with_targets(
  _ dataset: OpaquePointer?, _ targets: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let dataset: Dataset = try borrow(dataset, "dataset")
    out.pointee = handle(try dataset.with(targets: tensor(targets, "targets").value))
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
public func hqnn_dataset_range(
  _ dataset: OpaquePointer?, _ low: UnsafeMutablePointer<Double>?, _ high: UnsafeMutablePointer<Double>?
) -> hqnn_status {
  status {
    let (low, high) = (try place(low, "low"), try place(high, "high"))
    let dataset: Dataset = try borrow(dataset, "dataset")
    (low.pointee, high.pointee) = dataset.range
  }
}

@c @implementation
public func hqnn_dataset_labels(
  _ dataset: OpaquePointer?, _ out: UnsafeMutablePointer<Int64>?, _ capacity: Int64
) -> hqnn_status {
  status {
    let out = try place(out)
    let dataset: Dataset = try borrow(dataset, "dataset")
    guard dataset.hasLabels else { throw EngineError.state("the data set has targets and no labels") }
    try write(dataset.labels, to: out, capacity: capacity, "labels")
  }
}

@c @implementation
public func hqnn_dataset_targets(
  _ dataset: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let dataset: Dataset = try borrow(dataset, "dataset")
    out.pointee = dataset.targets.map { handle(Variable($0)) }
  }
}

@c @implementation
public func hqnn_dataset_class_name(
  _ dataset: OpaquePointer?, _ number: Int64, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let dataset: Dataset = try borrow(dataset, "dataset")
    guard (0..<Int64(dataset.classes)).contains(number) else {
      throw EngineError.value("class \(number) is not in 0..\(dataset.classes - 1)")
    }
    try give(text: dataset.classNames.isEmpty ? String(number) : dataset.classNames[Int(number)], to: out)
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
