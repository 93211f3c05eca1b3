// Curves from a table: what is drawn, checked and gathered.  The script that draws it is written by
// PlotScript, and gnuplot runs it.

import Glibc
import Tensors

/// Which columns of a table become curves.
public struct Plot: Sendable {
  public var title: String?
  /// Columns of numbers.  A row whose x or y is NaN is left out.
  public var x: String
  public var y: String
  /// Column of half-lengths of error bars, 0 or more; NaN for none at this point.
  public var error: String?
  /// Column whose values name the curves.
  public var series: String?
  /// Column whose values name the panels.
  public var panel: String?
  /// Axis labels; the column names when nil.
  public var xLabel: String?
  public var yLabel: String?
  /// Logarithmic axes; a row whose value there is not above 0 is an error.
  public var logX = false
  public var logY = false
  /// Markers without lines between them.
  public var points = false

  public init(
    title: String? = nil, x: String, y: String, error: String? = nil, series: String? = nil,
    panel: String? = nil, xLabel: String? = nil, yLabel: String? = nil
  ) {
    self.title = title
    self.x = x
    self.y = y
    self.error = error
    self.series = series
    self.panel = panel
    self.xLabel = xLabel
    self.yLabel = yLabel
  }
}

extension Table {
  /// Draws curves through gnuplot: writes stem.csv (the table), stem.gp (which draws it, and may be
  /// edited and run again), stem.svg and stem.png.
  ///
  /// `.value` for a column that is missing or not of numbers, `.file` when a file cannot be written
  /// or gnuplot cannot be run; the table and the script are then there already.
  public func plot(_ plot: Plot, stem: String) throws {
    try self.plot(plot, stem: stem, searching: getenv("PATH").map { String(cString: $0) } ?? "")
  }

  /// The same with the folders in which gnuplot is looked for, separated by colons.
  package func plot(_ plot: Plot, stem: String, searching path: String) throws {
    let figure = try Figure(plot, of: self)
    let name = Files.name(of: stem)
    guard !name.isEmpty else { throw EngineError.value("the path '\(stem)' does not name a file") }
    guard !name.unicodeScalars.contains(where: { $0.value < 32 }) else {
      throw EngineError.value("the path '\(onOneLine(stem))' holds a control character")
    }
    try Files.write(csv, to: stem + ".csv")
    try Files.write(figure.script(name: name), to: stem + ".gp")
    try Gnuplot.run(stem: stem, searching: path)
  }
}

/// A plot together with what its table says: positions, names and ranges.
struct Figure {
  let plot: Plot
  /// Numbers of the columns, from 0.
  let x, y: Int
  let error, series, panel: Int?
  /// Names in the order in which they first occur; one empty name where there is no such column.
  let seriesNames: [String]
  let panelNames: [String]
  /// Of the finite points, with their error bars.
  let xRange, yRange: ClosedRange<Double>
  /// Points of the longest curve.
  let longest: Int

  init(_ plot: Plot, of table: Table) throws {
    self.plot = plot
    x = try table.index(of: plot.x)
    y = try table.index(of: plot.y)
    error = try plot.error.map(table.index)
    series = try plot.series.map(table.index)
    panel = try plot.panel.map(table.index)
    try Self.checkTexts(of: table)

    var curves: [String: Int] = [:]
    var (seriesNames, panelNames): ([String], [String]) = ([], [])
    var (xs, ys): ([Double], [Double]) = ([], [])
    for (number, row) in table.rows.enumerated() {
      let px = try Self.number(row[x], plot.x, number)
      let py = try Self.number(row[y], plot.y, number)
      let bar = try error.map { try Self.number(row[$0], plot.error!, number) } ?? 0
      if bar < 0 || bar.isInfinite {
        throw EngineError.value("column '\(plot.error!)' is \(bar) in row \(number); half-lengths are 0 or more")
      }
      guard px.isFinite && py.isFinite else { continue }
      if plot.logX { try Self.checkLogarithm(px, plot.x, number) }
      if plot.logY { try Self.checkLogarithm(py, plot.y, number) }
      xs.append(px)
      // Bars that reach below 0 end at the lower edge of a logarithmic axis.
      ys += bar.isNaN ? [py] : [plot.logY && py <= bar ? py : py - bar, py + bar]
      let seriesName = series.map { row[$0].plain } ?? ""
      let panelName = panel.map { row[$0].plain } ?? ""
      if !seriesNames.contains(seriesName) { seriesNames.append(seriesName) }
      if !panelNames.contains(panelName) { panelNames.append(panelName) }
      curves[panelName + "\u{0}" + seriesName, default: 0] += 1
    }
    guard !xs.isEmpty else {
      throw EngineError.value("there is nothing to draw: no row has finite '\(plot.x)' and '\(plot.y)'")
    }
    // gnuplot ends a quoted field at the comma when it reads it as a text.
    if let name = (seriesNames + panelNames).first(where: { $0.contains(",") }) {
      throw EngineError.value("'\(onOneLine(name))' names a curve or panel and holds a comma, which gnuplot cannot read there")
    }
    self.seriesNames = seriesNames
    self.panelNames = panelNames
    longest = curves.values.max()!
    xRange = plot.logX ? Self.factored(xs) : Self.padded(xs, around: nil)
    yRange = plot.logY ? Self.factored(ys) : Self.padded(ys, around: 0...1)
  }

  private static func checkLogarithm(_ value: Double, _ column: String, _ row: Int) throws {
    guard value > 0 else {
      throw EngineError.value("column '\(column)' is \(value) in row \(row); a logarithmic axis takes values above 0")
    }
  }

  private static func number(_ cell: Table.Cell, _ column: String, _ row: Int) throws -> Double {
    switch cell {
    case .number(let value): return value
    case .text(let text):
      throw EngineError.value(
        "column '\(column)' has the text '\(onOneLine(text))' in row \(row); it must be a column of numbers")
    }
  }

  /// gnuplot's CSV reader knows no doubled quotes and no line breaks inside of a field.
  private static func checkTexts(of table: Table) throws {
    let texts = table.columns + table.rows.joined().filter { !$0.isNumber }.map(\.plain)
    for text in texts where text.unicodeScalars.contains(where: { $0 == "\"" || $0.value < 32 }) {
      throw EngineError.value(
        "'\(onOneLine(text))' holds a double quote or a control character, which gnuplot cannot read from a table")
    }
  }

  /// The same on a logarithmic axis.
  private static func factored(_ values: [Double]) -> ClosedRange<Double> {
    let (low, high) = (values.min()!, values.max()!)
    let factor = high > low ? pow(high / low, 0.05) : 2
    return low / factor...high * factor
  }

  /// A range with some room at both ends.  Values that fill most of `unit` (accuracies) get all of it.
  private static func padded(
    _ values: [Double], around unit: ClosedRange<Double>?
  ) -> ClosedRange<Double> {
    var (low, high) = (values.min()!, values.max()!)
    if let unit, low >= unit.lowerBound, high <= unit.upperBound, high - low > 0.4 {
      (low, high) = (unit.lowerBound, unit.upperBound)
    }
    let room = high > low ? 0.03 * (high - low) : max(abs(low), 1) * 0.1
    return low - room...high + room
  }
}
