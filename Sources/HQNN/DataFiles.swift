// hqnn.h, "data": sets from files.

import CHQNN
import Data
import Tensors

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
    let (train, test) = (try place(out_train, "out_train"), try place(out_test, "out_test"))
    try load("mnist", root, [.train: train, .test: test])
  }
}

@c @implementation
public func hqnn_dataset_load(
  _ name: UnsafePointer<CChar>?, _ root: UnsafePointer<CChar>?,
  _ out_train: UnsafeMutablePointer<OpaquePointer?>?, _ out_test: UnsafeMutablePointer<OpaquePointer?>?,
  _ out_validation: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    var places: [KnownSets.Part: UnsafeMutablePointer<OpaquePointer?>] = [:]
    (places[.train], places[.test], places[.validation]) = (out_train, out_test, out_validation)
    guard !places.isEmpty else { throw EngineError.null("out_train, out_test and out_validation are all NULL") }
    try load(text(name, "name"), root, places)
  }
}

private func load(
  _ name: String, _ root: UnsafePointer<CChar>?, _ places: [KnownSets.Part: UnsafeMutablePointer<OpaquePointer?>]
) throws {
  let parts = try KnownSets.load(name, root: root.map { String(cString: $0) }, parts: Set(places.keys))
  for (part, place) in places { place.pointee = parts[part].map { handle($0) } }
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

@c @implementation
public func hqnn_dataset_cifar(
  _ paths: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int64, _ label_bytes: Int64, _ coarse: Int32,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let paths = try texts(paths, count, "paths")
    guard !paths.isEmpty else { throw EngineError.value("a data set needs at least one file") }
    guard label_bytes == 1 || label_bytes == 2 else {
      throw EngineError.value("label_bytes is \(label_bytes); it must be 1 (CIFAR-10) or 2 (CIFAR-100)")
    }
    guard label_bytes == 2 || coarse == 0 else {
      throw EngineError.value("records with one label byte have no coarse labels")
    }
    out.pointee = handle(
      try CIFAR.dataset(paths, kind: label_bytes == 1 ? .ten : coarse == 0 ? .hundred : .hundredCoarse))
  }
}

@c @implementation
public func hqnn_dataset_npz(
  _ path: UnsafePointer<CChar>?, _ samples: UnsafePointer<CChar>?, _ labels: UnsafePointer<CChar>?,
  _ classes: Int64, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    guard classes >= 0 else { throw EngineError.value("classes is \(classes); it must be 0 or more") }
    out.pointee = handle(
      try MedMNIST.dataset(
        text(path, "path"), samples: text(samples, "samples"), labels: text(labels, "labels"),
        classes: classes == 0 ? nil : Int(classes)))
  }
}

/// As HQNN_CSV_OPTIONS.
private let csvDefaults = hqnn_csv_options(
  struct_size: MemoryLayout<hqnn_csv_options>.size, delimiter: CChar(UInt8(ascii: ",")), header: -1, label: nil,
  label_column: -1, targets: nil, target_count: 0, ignored: nil, ignored_count: 0)

@c @implementation
public func hqnn_dataset_csv(
  _ path: UnsafePointer<CChar>?, _ given: UnsafePointer<hqnn_csv_options>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let given = try options(given, defaults: csvDefaults)
    var wanted = CSV.Options()
    wanted.delimiter = UInt8(bitPattern: given.delimiter)
    wanted.hasHeader = given.header < 0 ? nil : given.header != 0
    if let label = given.label {
      wanted.label = .name(String(cString: label))
    } else if given.label_column != -1 {
      wanted.label = .number(Int(given.label_column))
    }
    wanted.targets = try texts(given.targets, given.target_count, "targets").map { .name($0) }
    wanted.ignored = try texts(given.ignored, given.ignored_count, "ignored columns").map { .name($0) }
    out.pointee = handle(try CSV.dataset(text(path, "path"), wanted))
  }
}

/// As HQNN_PNG_OPTIONS.
private let pngDefaults = hqnn_png_options(
  struct_size: MemoryLayout<hqnn_png_options>.size, height: 0, width: 0, mode: HQNN_RESIZE_AREA, channels: 0)

@c @implementation
public func hqnn_dataset_png_folder(
  _ folder: UnsafePointer<CChar>?, _ given: UnsafePointer<hqnn_png_options>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let given = try options(given, defaults: pngDefaults)
    var wanted = PNGFolder.Options()
    wanted.height = given.height == 0 ? nil : Int(given.height)
    wanted.width = given.width == 0 ? nil : Int(given.width)
    wanted.mode = try resizeMode(given.mode)
    wanted.channels = given.channels == 0 ? nil : Int(given.channels)
    out.pointee = handle(try PNGFolder.dataset(text(folder, "folder"), wanted))
  }
}
