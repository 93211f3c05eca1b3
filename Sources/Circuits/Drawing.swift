// Circuits as text: a line per wire, gates in columns, vertical strokes for gates on several wires.

extension Circuit: CustomStringConvertible {
  public var description: String { drawing() }

  /// A drawing in Unicode or ASCII; long circuits go on in further blocks of lines.
  public func drawing(unicode: Bool = true, width: Int = 100) -> String {
    let style = unicode ? DrawingStyle.unicode : .ascii
    var columns = gateColumns(style)
    columns.append(measurementColumn(style))
    let labels = (0..<wires).map { "\($0): " }
    let labelWidth = labels.map(\.count).max()!
    var blocks: [String] = []
    var next = 0
    while next < columns.count {
      var lines = labels.map { String(repeating: " ", count: labelWidth - $0.count) + $0 }
      if next > 0 { lines = lines.map { $0 + style.more } }
      let begin = next
      while next < columns.count, next == begin || lines[0].count + columns[next][0].count < width {
        for wire in 0..<wires { lines[wire] += columns[next][wire] }
        next += 1
      }
      if next < columns.count { lines = lines.map { $0 + style.more } }
      blocks.append(lines.map(trimmed).joined(separator: "\n"))
    }
    var text = blocks.joined(separator: "\n\n")
    let rest = measurements.filter { $0.word.map { $0.wires.count > 1 } ?? true }
    if !rest.isEmpty { text += "\n" + rest.map { style.symbol($0.description) }.joined(separator: ", ") }
    return text
  }

  private func trimmed(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }

  /// Cells of equal width per column, one per wire.
  private func gateColumns(_ style: DrawingStyle) -> [[String]] {
    var columns: [[String?]] = []
    var level = [Int](repeating: 0, count: wires)
    for operation in operations {
      let (low, high) = (operation.wires.min()!, operation.wires.max()!)
      let column = level[low...high].max()!
      for wire in low...high { level[wire] = column + 1 }
      if column == columns.count { columns.append(Array(repeating: nil, count: wires)) }
      for wire in low...high {
        columns[column][wire] = cell(operation, wire, low, high, style)
      }
    }
    return columns.map { cells in
      let width = cells.map { $0?.count ?? 0 }.max()!
      return cells.map { cell in
        let text = cell ?? ""
        return style.wire + text + String(repeating: style.wire, count: width - text.count + 1)
      }
    }
  }

  private func cell(_ operation: Operation, _ wire: Int, _ low: Int, _ high: Int, _ style: DrawingStyle) -> String {
    var text = ""
    if let position = operation.wires.firstIndex(of: wire) {
      text = style.symbol(operation.symbols[position])
      if position == operation.wires.count - 1, !operation.angles.isEmpty {
        text += "(" + operation.angles.map { style.symbol($0.description) }.joined(separator: ",") + ")"
      }
    }
    if low == high { return text }
    if wire == low { return style.top + text }
    if wire == high { return style.bottom + text }
    return (text.isEmpty ? style.pass : style.middle) + text
  }

  private func measurementColumn(_ style: DrawingStyle) -> [String] {
    var cells = Array(repeating: "", count: wires)
    for word in measurements.compactMap(\.word) where word.wires.count == 1 {
      cells[word.wires[0]] += " " + style.bra + word.letters + style.ket
    }
    let width = cells.map(\.count).max()!
    return cells.map { style.end + $0 + String(repeating: " ", count: width - $0.count) }
  }
}

struct DrawingStyle {
  let wire, top, bottom, pass, middle, end, more, bra, ket: String
  let isASCII: Bool

  static let unicode = DrawingStyle(
    wire: "─", top: "╭", bottom: "╰", pass: "│", middle: "├", end: "┤", more: "···", bra: "⟨", ket: "⟩",
    isASCII: false)
  static let ascii = DrawingStyle(
    wire: "-", top: ",", bottom: "`", pass: "|", middle: "|", end: "|", more: "...", bra: "<", ket: ">",
    isASCII: true)

  /// The symbol itself, or what stands for it in ASCII.
  func symbol(_ text: String) -> String {
    guard isASCII else { return text }
    var result = ""
    for character in text {
      switch character {
      case "●": result += "o"
      case "×": result += "x"
      case "√": result += "sqrt"
      case "†": result += "dg"
      case "π": result += "pi"
      case "·": result += "*"
      case "○": result += "@"
      case "⟨": result += "<"
      case "⟩": result += ">"
      case "…": result += "..."
      default: result.append(character)
      }
    }
    return result
  }
}
