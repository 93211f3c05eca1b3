// hqnn.h, "tables and curves".  Rows by column names are in lua/hqnn/table.lua.

import CHQNN
import LuaTrampoline

let tableFunctions: [Function] = [
  // table({ column, ... })
  Function("make", "table", as: "hq.table") { call in
    try call.table(1, "an array of column names")
    let columns = try (0..<call.lua.length(1)).map { position in
      call.lua.pushElement(1, position + 1)
      defer { call.lua.drop() }
      guard let name = call.lua.string(-1) else {
        throw Failure("column \(position + 1) is \(call.describe(-1)); expected a text")
      }
      return name
    }
    return try withCStrings(columns) { columns in
      try call.result(.table) { hqnn_table_create(columns, Int64(columns.count), $0) }
    }
  },
  // table_add(table, { cell, ... }, count): a row of numbers and texts
  Function("native", "table_add", as: "table:add") { call in
    let table = try call.handle(1, .table)
    var (texts, numbers): ([String?], [Double]) = ([], [])
    try call.table(2, "a row")
    let count = try call.integer(3)
    guard count >= 0 else { throw Failure("a row of \(count) cells") }
    for position in 0..<count {
      call.lua.pushElement(2, position + 1)
      let (text, number) = (call.lua.string(-1), call.lua.number(-1))
      guard text != nil || number != nil else {
        throw Failure("cell \(position + 1) is \(call.describe(-1)); expected a number or a text")
      }
      texts.append(text)
      numbers.append(number ?? 0)
      call.lua.drop()
    }
    try withCStrings(texts) { texts in
      try check(hqnn_table_add(table, texts, numbers, Int64(numbers.count)))
    }
    return call.itself
  },
  // table_format(table, digits)
  Function("native", "table_format", as: "table:format") { call in
    let (table, digits) = (try call.handle(1, .table), try call.integer(2))
    return try call.text { hqnn_table_format(table, digits, $0) }
  },
  Function("table", "write_csv", as: "table:write_csv") { call in
    try check(hqnn_table_write_csv(call.handle(1, .table), call.string(2)))
    return call.itself
  },
  // table_write_latex(table, path, digits)
  Function("native", "table_write_latex", as: "table:write_latex") { call in
    try check(hqnn_table_write_latex(call.handle(1, .table), call.integer(3), call.string(2)))
    return call.itself
  },
  // table_plot(table, options)
  Function("native", "table_plot", as: "table:plot") { call in
    let table = try call.handle(1, .table)
    let names = ["stem", "title", "x", "y", "error", "series", "panel", "x_label", "y_label"]
    var texts: [String?] = []
    for name in names {
      var text: String?
      try call.field(2, name, &text)
      texts.append(text)
    }
    try withCStrings(texts) { texts in
      var options = hqnn_plot_options_default()
      (options.title, options.x, options.y) = (texts[1], texts[2], texts[3])
      (options.error, options.series, options.panel) = (texts[4], texts[5], texts[6])
      (options.x_label, options.y_label) = (texts[7], texts[8])
      try call.field(2, "log_x", &options.log_x)
      try call.field(2, "log_y", &options.log_y)
      try call.field(2, "points", &options.points)
      try check(hqnn_table_plot(table, texts[0], &options))
    }
    return call.itself
  },
]

/// The texts as C strings, NULL for nil, for the time of the call.
func withCStrings<R>(_ texts: [String?], _ body: ([UnsafePointer<CChar>?]) throws -> R) rethrows -> R {
  let lengths = texts.map { ($0?.utf8.count ?? 0) + 1 }
  let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: max(1, lengths.reduce(0, +)))
  defer { buffer.deallocate() }
  var pointers: [UnsafePointer<CChar>?] = []
  var next = buffer
  for (text, length) in zip(texts, lengths) {
    guard let text else {
      pointers.append(nil)
      continue
    }
    for (offset, byte) in text.utf8.enumerated() { next[offset] = CChar(bitPattern: byte) }
    next[length - 1] = 0
    pointers.append(UnsafePointer(next))
    next += length
  }
  return try body(pointers)
}
