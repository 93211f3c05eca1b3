// Results as data: named columns of numbers or texts, in rows.
// How a table looks on a terminal, as CSV or as curves is in the files beside this one.

import Tensors

public final class Table {
  public enum Cell: Equatable, Sendable {
    case number(Double)
    case text(String)
  }

  /// One or more, distinct, not empty.
  public let columns: [String]
  public private(set) var rows: [[Cell]] = []

  public init(columns: [String]) throws {
    guard !columns.isEmpty else { throw EngineError.value("a table needs at least one column") }
    for (i, name) in columns.enumerated() {
      guard !name.isEmpty else { throw EngineError.value("the name of column \(i) is empty") }
      guard columns.firstIndex(of: name) == i else {
        throw EngineError.value("two columns are named '\(name)'; names must be distinct")
      }
    }
    self.columns = columns
  }

  /// Appends a row with one cell per column.  Numbers may be NaN, for a value that is not there.
  public func add(_ row: [Cell]) throws {
    try check(cells: row.count)
    rows.append(row)
  }

  /// Whether a row of so many cells fits.
  public func check(cells: Int) throws {
    guard cells == columns.count else {
      throw EngineError.value("a row of \(cells) cells in a table of \(columns.count) columns")
    }
  }

  /// Where a column is; `.value` with the closest name when there is none of this name.
  func index(of column: String) throws -> Int {
    if let index = columns.firstIndex(of: column) { return index }
    let guess = closest(to: column, among: columns).map { " (did you mean '\($0)'?)" } ?? ""
    throw EngineError.value(
      "there is no column '\(column)'\(guess); the columns are \(columns.joined(separator: ", "))")
  }
}
