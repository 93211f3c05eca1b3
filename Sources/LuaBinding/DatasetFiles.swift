// hqnn.h, "data": sets from files.  Option checking is in lua/hqnn/data.lua.

import CHQNN
import LuaTrampoline

let datasetFileFunctions: [Function] = [
  // digits(): train, test
  Function("make", "digits", as: "hq.data.digits") { call in
    let (train, test) = (call.lua.pushObject(.dataset), call.lua.pushObject(.dataset))
    try check(hqnn_dataset_digits(train, test))
    NativeMemory.watch(call.lua)
    return 2
  },
  // known_set(name, root, train, test, validation): the parts whose flag is true, nil for the others
  // and for what the set does not have
  Function("make", "known_set", as: "hq.data") { call in
    let (name, root) = (try call.string(1), try call.optional(2, call.string))
    let places = try (3...5).map { try call.boolean($0) ? call.lua.pushObject(.dataset) : nil }
    let first = call.lua.top - Int32(places.count { $0 != nil }) + 1
    try check(hqnn_dataset_load(name, root, places[0], places[1], places[2]))
    NativeMemory.watch(call.lua)
    var next = first
    for place in places {
      if place?.pointee == nil { call.lua.pushNil() } else { call.lua.copy(next) }
      if place != nil { next += 1 }
    }
    return 3
  },
  // idx(images, labels)
  Function("make", "idx", as: "hq.data.idx") { call in
    let (images, labels) = (try call.string(1), try call.string(2))
    return try call.result(.dataset) { hqnn_dataset_idx(images, labels, $0) }
  },
  // cifar({ path, ... }, label_bytes, coarse)
  Function("make", "cifar", as: "hq.data.cifar") { call in
    let (paths, bytes, coarse) = (try call.strings(1, "a path"), try call.integer(2), try call.boolean(3))
    return try withCStrings(paths) { paths in
      try call.result(.dataset) { hqnn_dataset_cifar(paths, Int64(paths.count), bytes, coarse ? 1 : 0, $0) }
    }
  },
  // npz(path, samples, labels, classes)
  Function("make", "npz", as: "hq.data.npz") { call in
    let (path, samples, labels) = (try call.string(1), try call.string(2), try call.string(3))
    let classes = try call.integer(4)
    return try call.result(.dataset) { hqnn_dataset_npz(path, samples, labels, classes, $0) }
  },
  // csv(path, options)
  Function("make", "csv", as: "hq.data.csv") { call in
    let path = try call.string(1)
    var options = hqnn_csv_options_default()
    var delimiter, label: String?
    try call.field(2, "delimiter", &delimiter)
    if let delimiter {
      guard delimiter.utf8.count == 1, let byte = delimiter.utf8.first else {
        throw Failure("delimiter: '\(delimiter)' is not one letter, such as ',' or ';'")
      }
      options.delimiter = CChar(bitPattern: byte)
    }
    try call.field(2, "header", &options.header)
    try call.field(2, "label", &label)
    try call.field(2, "label_column", &options.label_column)
    let targets = try call.stringsField(2, "targets") ?? []
    let ignored = try call.stringsField(2, "ignore") ?? []
    return try withCStrings([label] + targets + ignored) { texts in
      options.label = texts[0]
      return try texts.withUnsafeBufferPointer { texts in
        options.targets = texts.baseAddress! + 1
        options.target_count = Int64(targets.count)
        options.ignored = texts.baseAddress! + 1 + targets.count
        options.ignored_count = Int64(ignored.count)
        return try call.result(.dataset) { hqnn_dataset_csv(path, &options, $0) }
      }
    }
  },
]

extension Call {
  /// The array of texts at an index.
  func strings(_ index: Int32, _ what: String) throws -> [String] {
    try table(index, "an array of texts")
    return try strings(at: index, what)
  }

  /// The array of texts in a field of an option table.
  func stringsField(_ table: Int32, _ name: String) throws -> [String]? {
    lua.pushField(table, name)
    defer { lua.drop() }
    if lua.type(-1) == .nil { return nil }
    guard lua.type(-1) == .table else { throw Failure("\(name): expected an array of texts, got \(describe(-1))") }
    return try strings(at: lua.absolute(-1), "\(name): element")
  }

  private func strings(at index: Int32, _ what: String) throws -> [String] {
    try (0..<lua.length(index)).map { position in
      lua.pushElement(index, position + 1)
      defer { lua.drop() }
      // A number would be changed into a text in place.
      guard lua.type(-1) == .string, let text = lua.string(-1) else {
        throw Failure("\(what) \(position + 1) is \(describe(-1)); expected a text")
      }
      return text
    }
  }
}
