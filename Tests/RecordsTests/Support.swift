// Temporary folders, errors and a CSV reader for the tests of this target.

import Foundation
import Records
import Tensors
import Testing

final class TemporaryFolder {
  let path: String

  init() {
    path = NSTemporaryDirectory() + "hqnn-records-" + UUID().uuidString
    try! FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var files: [String] { try! FileManager.default.subpathsOfDirectory(atPath: path).sorted() }

  func content(_ name: String) -> String {
    (try? String(contentsOfFile: path + "/" + name, encoding: .utf8)) ?? ""
  }
}

/// The message of the error that `body` throws; a failure when it throws none.
func message(of body: () throws -> Void) -> String {
  do {
    try body()
    Issue.record("expected an error")
    return ""
  } catch let error as EngineError {
    return error.message
  } catch {
    Issue.record("expected an EngineError, got \(error)")
    return ""
  }
}

/// RFC 4180, written from its grammar: the fields of all lines.
func parseCSV(_ text: String) -> [[String]] {
  var lines: [[String]] = []
  var line: [String] = []
  var field = ""
  var inQuotes = false
  var scalars = Array(text.unicodeScalars)[...]
  while let scalar = scalars.popFirst() {
    if inQuotes {
      if scalar != "\"" {
        field.unicodeScalars.append(scalar)
      } else if scalars.first == "\"" {
        field.unicodeScalars.append(scalars.removeFirst())
      } else {
        inQuotes = false
      }
      continue
    }
    switch scalar {
    case "\"": inQuotes = true
    case ",":
      line.append(field)
      field = ""
    case "\n":
      lines.append(line + [field])
      (line, field) = ([], "")
    default: field.unicodeScalars.append(scalar)
    }
  }
  return lines
}

func table(_ columns: [String], _ rows: [[Table.Cell]]) throws -> Table {
  let table = try Table(columns: columns)
  for row in rows { try table.add(row) }
  return table
}

// So that rows read as they look.
extension Table.Cell: ExpressibleByFloatLiteral, ExpressibleByStringLiteral {
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(stringLiteral value: String) { self = .text(value) }
}
