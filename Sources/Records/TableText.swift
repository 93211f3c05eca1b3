// A table as text: aligned for a terminal, and as CSV.

import Tensors

extension Table {
  /// Columns side by side below their names, numbers to the right, texts to the left.
  ///
  /// Numbers get `digits` (0…17) after the point, except in columns that count something: whole
  /// numbers alone, one of them beyond 1.
  public func formatted(digits: Int) throws -> String {
    let numbers = try shownNumbers(digits: digits)
    let aligned = columns.indices.map { column -> [String] in
      let cells = rows.map { $0[column] }
      let texts = cells.enumerated().map { row, cell -> String in
        if case .text(let text) = cell { return onOneLine(text) }
        return numbers[row][column]
      }
      let name = onOneLine(columns[column])
      let width = max(name.count, texts.map(\.count).max() ?? 0)
      let right = !cells.isEmpty && cells.allSatisfy(\.isNumber)
      return [pad(name, width, right: right), String(repeating: "-", count: width)]
        + zip(cells, texts).map { pad($1, width, right: $0.isNumber) }
    }
    var text = ""
    for line in 0..<rows.count + 2 {
      var joined = aligned.map { $0[line] }.joined(separator: "  ")
      while joined.last == " " { joined.removeLast() }
      text += joined + "\n"
    }
    return text
  }

  /// The numbers as they are shown, by row and column; empty where a cell is a text.
  func shownNumbers(digits: Int) throws -> [[String]] {
    guard (0...17).contains(digits) else {
      throw EngineError.value("digits is \(digits); it must be in 0..17")
    }
    let places = columns.indices.map { column in counts(rows.map { $0[column] }) ? 0 : digits }
    return rows.map { row in
      zip(row, places).map { cell, digits in
        guard case .number(let value) = cell else { return "" }
        return fixed(value, digits: digits)
      }
    }
  }

  /// Comma-separated values (RFC 4180) under a line of names; lines end in a line feed.  Numbers
  /// are written so that they read back as the same number.
  public var csv: String {
    var text = columns.map(quoted).joined(separator: ",") + "\n"
    for row in rows { text += row.map(\.csv).joined(separator: ",") + "\n" }
    return text
  }

  /// Writes `csv` to a file; see `Files.write`.
  public func writeCSV(to path: String) throws { try Files.write(csv, to: path) }

  /// Zeros and ones alone may be shares, such as accuracies, and keep their digits.
  private func counts(_ cells: [Cell]) -> Bool {
    let numbers = cells.compactMap { cell -> Double? in
      guard case .number(let value) = cell, value.isFinite else { return nil }
      return value
    }
    return numbers.allSatisfy { $0 == $0.rounded() && abs($0) < 1e15 }
      && numbers.contains { abs($0) > 1 }
  }
}

extension Table.Cell {
  var isNumber: Bool {
    if case .number = self { return true }
    return false
  }

  /// The cell as a field of a CSV line, and as the name of a curve or panel.
  var plain: String {
    switch self {
    case .number(let value): return shortest(value)
    case .text(let text): return text
    }
  }

  fileprivate var csv: String { quoted(plain) }
}

/// A CSV field, in quotes where it has to be.
private func quoted(_ field: String) -> String {
  // By scalar: "\r\n" is a single Character.
  let special = field.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }
  let padded = field.first == " " || field.last == " "
  guard special || padded else { return field }
  var text = "\""
  for scalar in field.unicodeScalars {
    if scalar == "\"" { text += "\"" }
    text.unicodeScalars.append(scalar)
  }
  return text + "\""
}

/// The text with control characters written as \n, \t, … so that it stays in its cell.
func onOneLine(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    case _ where scalar.value < 32 || scalar.value == 127: result += "?"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

private func pad(_ text: String, _ width: Int, right: Bool) -> String {
  let space = String(repeating: " ", count: max(0, width - text.count))
  return right ? space + text : text + space
}
