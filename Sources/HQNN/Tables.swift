// hqnn.h, "tables and curves".

import CHQNN
import Records
import Tensors

@c @implementation
public func hqnn_table_create(
  _ columns: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int64,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let names = try array(columns, count, "columns").enumerated().map { try text($1, "column \($0)") }
    out.pointee = handle(try Table(columns: names))
  }
}

@c @implementation
public func hqnn_table_retain(_ table: OpaquePointer?) -> hqnn_status {
  status { try retain(table, "table", as: Table.self) }
}

@c @implementation
public func hqnn_table_release(_ table: OpaquePointer?) { release(table, as: Table.self) }

@c @implementation
public func hqnn_table_add(
  _ table: OpaquePointer?, _ texts: UnsafePointer<UnsafePointer<CChar>?>?,
  _ numbers: UnsafePointer<Double>?, _ count: Int64
) -> hqnn_status {
  status {
    let table: Table = try borrow(table, "table")
    // Before the arrays are read: a wrong count must not read beyond them.
    try table.check(cells: Int(count))
    let row = try (0..<Int(count)).map { i -> Table.Cell in
      if let text = texts?[i] { return .text(String(cString: text)) }
      guard let numbers else { throw EngineError.null("numbers is NULL but texts has none for column \(i)") }
      return .number(numbers[i])
    }
    try table.add(row)
  }
}

@c @implementation
public func hqnn_table_format(
  _ table: OpaquePointer?, _ digits: Int64,
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> hqnn_status {
  status {
    _ = try place(out)
    let table: Table = try borrow(table, "table")
    try give(text: table.formatted(digits: Int(digits)), to: out)
  }
}

@c @implementation
public func hqnn_table_write_latex(
  _ table: OpaquePointer?, _ digits: Int64, _ path: UnsafePointer<CChar>?
) -> hqnn_status {
  status {
    let table: Table = try borrow(table, "table")
    try table.writeLaTeX(digits: Int(digits), to: text(path, "path"))
  }
}

@c @implementation
public func hqnn_table_write_csv(
  _ table: OpaquePointer?, _ path: UnsafePointer<CChar>?
) -> hqnn_status {
  status {
    let table: Table = try borrow(table, "table")
    try table.writeCSV(to: text(path, "path"))
  }
}

/// As HQNN_PLOT_OPTIONS.
private let plotDefaults = hqnn_plot_options(
  struct_size: MemoryLayout<hqnn_plot_options>.size, title: nil, x: nil, y: nil, error: nil,
  series: nil, panel: nil, x_label: nil, y_label: nil, log_x: 0, log_y: 0, points: 0)

@c @implementation
public func hqnn_table_plot(
  _ table: OpaquePointer?, _ stem: UnsafePointer<CChar>?,
  _ options: UnsafePointer<hqnn_plot_options>?
) -> hqnn_status {
  status {
    let table: Table = try borrow(table, "table")
    let stem = try text(stem, "stem")
    let wanted = try HQNN.options(options, defaults: plotDefaults)
    let optional = { (text: UnsafePointer<CChar>?) in text.map { String(cString: $0) } }
    var plot = Plot(
      title: optional(wanted.title), x: try text(wanted.x, "x"), y: try text(wanted.y, "y"),
      error: optional(wanted.error), series: optional(wanted.series), panel: optional(wanted.panel),
      xLabel: optional(wanted.x_label), yLabel: optional(wanted.y_label))
    (plot.logX, plot.logY, plot.points) = (wanted.log_x != 0, wanted.log_y != 0, wanted.points != 0)
    try table.plot(plot, stem: stem)
  }
}
