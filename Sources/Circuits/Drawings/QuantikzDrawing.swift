// Circuits as LaTeX source for the quantikz2 library of TikZ (Kay 2018).

import Tensors

extension Circuit {
  /// A quantikz environment.  The document needs `\usepackage{tikz}` and `\usetikzlibrary{quantikz2}`.
  public func quantikz() -> String {
    let isClassical = usesBits
    let columns = drawingColumns(classical: isClassical)
    let (words, others) = drawingMeasurements
    var rows = (0..<wires).map { ["\\lstick{$q_{\($0)}$}"] }
    if isClassical { rows.append(["\\lstick{$c$} \\setwiretype{c}"]) }
    for column in columns {
      var cells = [String](repeating: "\\qw", count: wires) + (isClassical ? [""] : [])
      for item in column {
        for wire in item.wires { cells[wire] = QuantikzDrawing.cell(item, wire, bits: wires) }
        if item.kind == .barrier, item.wires.count == wires {
          cells.replaceSubrange(0..<wires, with: ["\\qw \\slice{}"] + Array(repeating: "\\qw", count: wires - 1))
        }
        if !item.condition.isEmpty, item.bit == nil { cells[wires] = "\\control{}" }
      }
      for row in rows.indices { rows[row].append(cells[row]) }
    }
    for row in rows.indices {
      rows[row].append(words[row].map { "\\rstick{$\(QuantikzDrawing.math($0))$}" } ?? (row < wires ? "\\qw" : ""))
    }
    let body = rows.map { "  " + $0.joined(separator: " & ") }.joined(separator: " \\\\\n")
    let text = "% \\usepackage{tikz} \\usetikzlibrary{quantikz2}\n\\begin{quantikz}\n\(body)\n\\end{quantikz}\n"
    if others.isEmpty { return text }
    return text + "\n" + others.map { "$\(QuantikzDrawing.math($0))$" }.joined(separator: ", ") + "\n"
  }
}

enum QuantikzDrawing {
  /// What stands in a row: the symbol, and the stroke to the next row that takes part.
  static func cell(_ item: DrawingItem, _ wire: Int, bits: Int) -> String {
    let wires = item.wires
    var next = wires.first { $0 > wire }
    // A tall box is reached from both sides and reaches out itself to none.
    if let tall = item.tall {
      if wire > tall.lowerBound, tall.contains(wire) { return "\\qw" }
      next = wire < tall.lowerBound ? next : wire > tall.upperBound ? wires.last { $0 < wire } : nil
    }
    let distance = next.map { $0 - wire }
    var text = symbol(item, wire, distance)
    if let bit = item.bit { text += " \\wire[d][\(bits - wire)][\"c_{\(bit)}\"]{c}" }
    if wire == (item.tall?.lowerBound ?? wires.last!), !item.condition.isEmpty {
      text += " \\wire[d][\(bits - wire)][\"\(math(DrawingItem.shown(item.condition)))\"]{c}"
    }
    return text
  }

  private static func symbol(_ item: DrawingItem, _ wire: Int, _ distance: Int?) -> String {
    let stroke = distance.map { " \\wire[\($0 > 0 ? "d" : "u")][\(abs($0))]{q}" } ?? ""
    switch item.marks[wire]! {
    case .control: return distance.map { "\\ctrl{\($0)}" } ?? "\\control{}"
    case .openControl: return distance.map { "\\octrl{\($0)}" } ?? "\\ocontrol{}"
    case .swap: return distance.map { "\\swap{\($0)}" } ?? "\\targX{}"
    case .target: return "\\targ{}" + stroke
    case .meter: return "\\meter{}"
    case .barrier: return "\\push{\\,\\vdots\\,}"
    case .box(let label):
      let isAngled = !item.angles.isEmpty && (wire == item.angleWire || item.tall?.contains(wire) == true)
      let content = math(label) + (isAngled ? "(\(math(item.angles)))" : "")
      var options: [String] = []
      if let tall = item.tall, tall.contains(wire) { options.append("\(tall.count)") }
      if item.kind == .channel { options.append("style={dashed}") }
      return "\\gate\(options.isEmpty ? "" : "[" + options.joined(separator: ",") + "]"){\(content)}" + stroke
    }
  }

  /// Labels and angles in math mode: RX as R_X, w12 as w_{12}, names of several letters upright.
  static func math(_ text: String) -> String {
    var (result, rest) = ("", Substring(text))
    while let first = rest.first {
      if first.isLetter, first.isASCII {
        let word = rest.prefix { $0.isLetter && $0.isASCII }
        rest = rest.dropFirst(word.count)
        let digits = rest.prefix { $0.isNumber && $0.isASCII }
        if word.count == 1, !digits.isEmpty {
          result += "\(word)_{\(digits)}"
          rest = rest.dropFirst(digits.count)
        } else if word.count == 2, word.first == "R" {
          result += "R_\(word.last!)"
        } else {
          result += word.count == 1 || word.allSatisfy { "XYZ".contains($0) } ? String(word) : "\\mathrm{\(word)}"
        }
        continue
      }
      rest = rest.dropFirst()
      if first == "√", let next = rest.first {
        result += "\\sqrt{\(next)}"
        rest = rest.dropFirst()
      } else {
        result += symbols[first] ?? (first.isASCII ? String(first) : "?")
      }
    }
    return result
  }

  private static let symbols: [Character: String] = [
    "π": "\\pi ", "·": "\\,", "†": "^\\dagger", "⟨": "\\langle ", "⟩": "\\rangle ", "…": "\\dots ", "×": "{\\times}",
    "ψ": "\\psi", "!": "\\lnot ", "\\": "\\backslash ", "{": "\\{", "}": "\\}", "_": "\\_", "^": "\\hat{}", "&": "\\&",
    "%": "\\%", "#": "\\#", "$": "\\$", "~": "\\sim ", "₀": "_0", "₁": "_1", "₂": "_2", "₃": "_3", "₄": "_4",
    "₅": "_5", "₆": "_6", "₇": "_7", "₈": "_8", "₉": "_9",
  ]
}
