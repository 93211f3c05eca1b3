// Circuits as text: a line per wire, gates in columns, vertical strokes for gates on several wires.

extension Circuit: CustomStringConvertible {
  public var description: String { drawing() }

  /// A drawing in Unicode or ASCII; long circuits go on in further blocks of lines.
  public func drawing(unicode: Bool = true, width: Int = 100) -> String {
    let style = unicode ? DrawingStyle.unicode : .ascii
    var columns = textColumns(style)
    let (words, others) = drawingMeasurements
    let ends = (0..<wires).map { words[$0].map { " " + style.symbol($0) } ?? "" }
    columns.append(ends.map { style.end + $0 + String(repeating: " ", count: ends.map(\.count).max()! - $0.count) })
    let labels = (0..<wires).map { "\($0): " }
    let labelWidth = labels.map(\.count).max()!
    var blocks: [String] = []
    var next = 0
    while next < columns.count {
      var lines = labels.map { String(repeating: " ", count: labelWidth - $0.count) + $0 }
      if next > 0 { lines = lines.map { $0 + style.more } }
      var length = lines[0].count
      let begin = next
      while next < columns.count, next == begin || length + columns[next][0].count < width {
        for wire in 0..<wires { lines[wire] += columns[next][wire] }
        length += columns[next][0].count
        next += 1
      }
      if next < columns.count { lines = lines.map { $0 + style.more } }
      blocks.append(lines.map(trimmed).joined(separator: "\n"))
    }
    var text = blocks.joined(separator: "\n\n")
    if !others.isEmpty { text += "\n" + others.map(style.symbol).joined(separator: ", ") }
    return text
  }

  private func trimmed(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }

  /// Cells of equal width per column, one per wire.
  private func textColumns(_ style: DrawingStyle) -> [[String]] {
    drawingColumns(classical: false).map { items in
      var cells = [String](repeating: "", count: wires)
      for item in items {
        for wire in item.low...item.high { cells[wire] = cell(item, wire, style) }
      }
      let width = cells.map(\.count).max()!
      return cells.map { style.wire + $0 + String(repeating: style.wire, count: width - $0.count + 1) }
    }
  }

  private func cell(_ item: DrawingItem, _ wire: Int, _ style: DrawingStyle) -> String {
    var text = ""
    switch item.marks[wire] {
    case .control: text = "●"
    case .openControl: text = "○"
    case .swap: text = "×"
    case .target: text = "X"
    case .box(let label): text = label
    case .meter: text = "M→c\(item.bit ?? 0)"
    case .barrier: return style.symbol("┆")
    case nil: if item.kind == .barrier { return "" }
    }
    if wire == item.angleWire {
      if !item.angles.isEmpty { text += "(\(item.angles))" }
      if !item.condition.isEmpty { text += " if " + DrawingItem.shown(item.condition) }
    }
    text = style.symbol(text)
    if item.low == item.high { return text }
    if wire == item.low { return style.top + text }
    if wire == item.high { return style.bottom + text }
    return (text.isEmpty ? style.pass : style.middle) + text
  }
}

/// The strokes of a drawing in text.
struct DrawingStyle {
  let wire, top, bottom, pass, middle, end, more: String
  private let isASCII: Bool

  static let unicode = DrawingStyle(
    wire: "─", top: "╭", bottom: "╰", pass: "│", middle: "├", end: "┤", more: "···", isASCII: false)
  static let ascii = DrawingStyle(
    wire: "-", top: ",", bottom: "`", pass: "|", middle: "|", end: "|", more: "...", isASCII: true)

  private static let inASCII: [Character: String] = [
    "●": "o", "○": "@", "×": "x", "√": "sqrt", "π": "pi", "·": "*", "⟨": "<", "⟩": ">", "…": "...", "†": "dg",
    "→": "->", "┆": ":", "ψ": "psi", "₀": "0", "₁": "1", "₂": "2", "₃": "3", "₄": "4", "₅": "5", "₆": "6", "₇": "7",
    "₈": "8", "₉": "9",
  ]

  /// The symbol itself, or what stands for it in ASCII.
  func symbol(_ text: String) -> String {
    guard isASCII else { return text }
    return text.reduce(into: "") { $0 += $1.isASCII ? String($1) : Self.inASCII[$1] ?? "?" }
  }
}
