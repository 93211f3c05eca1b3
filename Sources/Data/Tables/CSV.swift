// Tables of numbers with a column of labels, from text files.
// The text's form is left to CSVText.

import Tensors

/// Reader of tables: a line per sample, features as numbers, class labels as numbers or words.
public enum CSV {
  /// A column by its name in the header, or by its number from 0.
  public enum Column: Sendable, Equatable {
    case name(String)
    case number(Int)
  }

  public struct Options: Sendable {
    /// Between fields: one byte, not a quote or a line end.
    public var delimiter: UInt8 = UInt8(ascii: ",")
    /// Whether the first line names the columns; nil: it does when no field in it is a number.
    public var hasHeader: Bool?
    /// The column of labels; nil for the last one.  Without meaning when there are targets.
    public var label: Column?
    /// Columns that a model should predict as numbers, instead of a label.
    public var targets: [Column] = []
    /// Columns that are left out.
    public var ignored: [Column] = []

    public init() {}
  }

  /// A file, plain or gzip, as a data set [lines, features].
  ///
  /// Labels that are whole numbers from 0 on are class numbers; otherwise the different words,
  /// sorted (as numbers where all are), are the classes 0, 1, ….  Every field must be there: a missing
  /// one, NaN or infinity is an error that names line and column.
  public static func dataset(_ path: String, _ options: Options = Options()) throws -> Dataset {
    guard ![0x22, 0x0A, 0x0D, 0].contains(options.delimiter), options.delimiter < 128 else {
      throw EngineError.value("the delimiter must be one letter that is no quote and no line end")
    }
    let file = try InputFile(path: path)
    // Texts of this size become sets that are much larger; nobody has a table like that.
    let bytes = try file.rest(limit: 1 << 32)
    var text = CSVText(bytes, delimiter: options.delimiter, path: path)
    guard var record = try text.next() else { throw EngineError.file("\(path):1: the file has no lines") }

    var names: [String]?
    if options.hasHeader ?? !record.fields.contains(where: { number($0) != nil }) {
      names = record.fields
      guard let first = try text.next() else {
        throw EngineError.file("\(path):\(record.line): nothing follows the line with the column names")
      }
      record = first
    }
    let table = try Table(path, names, columns: names?.count ?? record.fields.count, options)
    var (features, targets): ([Float], [Float]) = ([], [])
    var labels: [String] = []
    var next: CSVText.Record? = record
    while let record = next {
      try table.add(record, &features, &targets, &labels)
      next = try text.next()
    }
    return try table.dataset(features, targets, labels)
  }

  /// A field as a number; nil for words, also for "nan", "inf" and hexadecimal digits.
  fileprivate static func number(_ field: String) -> Double? {
    let isPlain = field.utf8.allSatisfy { (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }
    return isPlain ? Double(field) : nil
  }
}

/// Which column is what.
private struct Table {
  let path: String
  let names: [String]?
  let count: Int
  let label: Int?
  let targets: [Int]
  let features: [Int]

  init(_ path: String, _ names: [String]?, columns: Int, _ options: CSV.Options) throws {
    (self.path, self.names, count) = (path, names, columns)
    func place(_ column: CSV.Column) throws -> Int {
      switch column {
      case .number(let number):
        guard (0..<columns).contains(number) else {
          throw EngineError.value("\(path): there is no column \(number); columns are 0..\(columns - 1)")
        }
        return number
      case .name(let name):
        guard let names else {
          throw EngineError.value("\(path): there is no column '\(name)': the file has no line with column names")
        }
        guard let place = names.firstIndex(of: name) else {
          let hint = closest(to: name, among: names).map { " (did you mean '\($0)'?)" } ?? ""
          throw EngineError.value("\(path): there is no column '\(name)'\(hint)")
        }
        return place
      }
    }
    targets = try options.targets.map(place)
    let ignored = Set(try options.ignored.map(place))
    if targets.isEmpty {
      label = try options.label.map(place) ?? (0..<columns).last { !ignored.contains($0) }
    } else {
      label = nil
    }
    let taken = ignored.union(targets).union(label.map { [$0] } ?? [])
    guard ignored.isDisjoint(with: targets), label.map({ !ignored.contains($0) }) ?? true else {
      throw EngineError.value("\(path): a column is to be ignored and used at once")
    }
    features = (0..<columns).filter { !taken.contains($0) }
    guard !features.isEmpty else {
      throw EngineError.value("\(path): of \(columns) columns none is left as a feature")
    }
  }

  func add(
    _ record: CSVText.Record, _ values: inout [Float], _ wanted: inout [Float], _ labels: inout [String]
  ) throws {
    guard record.fields.count == count else {
      throw EngineError.file(
        "\(path):\(record.line): \(record.fields.count) fields; the lines before it have \(count)")
    }
    for column in features { values.append(try number(record, column)) }
    for column in targets { wanted.append(try number(record, column)) }
    if let label {
      guard !record.fields[label].isEmpty else { throw missing(record, label) }
      labels.append(record.fields[label])
    }
  }

  private func number(_ record: CSVText.Record, _ column: Int) throws -> Float {
    let field = record.fields[column]
    guard let value = CSV.number(field) else {
      let absent = ["", "?", "na", "n/a", "nan", "null", "none", "-"].contains(field.lowercased())
      throw absent
        ? missing(record, column)
        : EngineError.file("\(path):\(record.line): \(title(column)): '\(field.prefix(40))' is not a number")
    }
    guard Float(value).isFinite else {
      throw EngineError.file("\(path):\(record.line): \(title(column)): \(field.prefix(40)) is too large for float32")
    }
    return Float(value)
  }

  private func missing(_ record: CSVText.Record, _ column: Int) -> EngineError {
    let field = record.fields[column]
    return EngineError.file(
      "\(path):\(record.line): \(title(column)): the value is missing"
        + (field.isEmpty ? "" : " ('\(field)')") + "; fill it in or leave the line out")
  }

  /// "column 3 (petal_width)"; people count columns from 1.
  private func title(_ column: Int) -> String {
    "column \(column + 1)" + (names.map { " (\($0[column]))" } ?? "")
  }

  func dataset(_ features: [Float], _ targets: [Float], _ labels: [String]) throws -> Dataset {
    let rows = features.count / self.features.count
    let samples = Tensor(features, [rows, self.features.count])
    guard label != nil else {
      return Dataset(checked: samples, targets: Tensor(targets, [rows, self.targets.count]))
    }
    let numbers = labels.map { Int($0) }
    if numbers.allSatisfy({ $0.map { (0..<65_536).contains($0) } ?? false }) {
      let numbers = numbers.map { $0! }
      return Dataset(checked: samples, labels: numbers, classes: numbers.max()! + 1)
    }
    let names = sorted(Set(labels))
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    return Dataset(checked: samples, labels: labels.map { places[$0]! }, classes: names.count, classNames: names)
  }

  /// Numbers by size, words by their bytes.
  private func sorted(_ words: Set<String>) -> [String] {
    if words.allSatisfy({ CSV.number($0) != nil }) {
      return words.sorted { (CSV.number($0)!, $0) < (CSV.number($1)!, $1) }
    }
    return words.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
