// A table as a tabular of LaTeX.

import Tensors

extension Table {
  /// A tabular environment with the lines of the package booktabs: numbers to the right with `digits` (0...17) after the
  /// point, as in `formatted`.
  public func latex(digits: Int) throws -> String {
    let alignment = columns.indices.map { column in
      !rows.isEmpty && rows.allSatisfy { $0[column].isNumber } ? "r" : "l"
    }
    var text = "\\begin{tabular}{\(alignment.joined())}\n\\toprule\n"
    text += columns.map(escaped).joined(separator: " & ") + " \\\\\n\\midrule\n"
    let shown = try shownNumbers(digits: digits)
    for (row, numbers) in zip(rows, shown) {
      let cells = zip(row, numbers).map { cell, number -> String in
        if case .text(let text) = cell { return escaped(text) }
        return number
      }
      text += cells.joined(separator: " & ") + " \\\\\n"
    }
    return text + "\\bottomrule\n\\end{tabular}\n"
  }

  /// Writes `latex` to a file; see `Files.write`.
  public func writeLaTeX(digits: Int, to path: String) throws { try Files.write(latex(digits: digits), to: path) }
}

/// Text with the letters that mean something to LaTeX written out.
private func escaped(_ text: String) -> String {
  var result = ""
  for letter in text {
    switch letter {
    case "&", "%", "$", "#", "_", "{", "}": result += "\\\(letter)"
    case "\\": result += "\\textbackslash{}"
    case "~": result += "\\textasciitilde{}"
    case "^": result += "\\textasciicircum{}"
    case "\n", "\r": result += " "
    default: result.append(letter)
    }
  }
  return result
}
