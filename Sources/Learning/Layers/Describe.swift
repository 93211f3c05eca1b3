// A model as text: its layers, shapes and parameter counts, a line each.

import Tensors

extension Layer {
  /// One line per layer and a line of totals, for instance
  ///
  ///     0  quanvolution  2x2 patches, 4 inputs, 4 outputs  {batch, 4, 14, 14}  12 quantum, frozen
  ///     1  flatten                                         {batch, 784}
  ///     2  dense         10 units                          {batch, 10}         7850
  ///     7862 parameters: 12 quantum, 7850 classical; 7850 trainable
  public func describe() -> String {
    var rows: [[String]] = []
    if children.isEmpty {
      rows.append(row(number: ""))
    } else {
      appendRows(of: self, prefix: "", to: &rows)
    }
    return table(rows) + totals
  }

  private func appendRows(of layer: Layer, prefix: String, to rows: inout [[String]]) {
    for (i, child) in layer.children.enumerated() {
      rows.append(child.row(number: "\(prefix)\(i)"))
      appendRows(of: child, prefix: "\(prefix)\(i).", to: &rows)
    }
  }

  private func row(number: String) -> [String] {
    let shape = outputShape.map(Self.batched) ?? "not built"
    var count = ""
    if !ownParameters.isEmpty {
      count = "\(ownParameters.reduce(0) { $0 + $1.variable.value.count })"
      if isQuantum { count += " quantum" }
      if isFrozen { count += ", frozen" }
    } else if !isTrainable, isQuantum || !isBuilt {
      count = "frozen"
    }
    return [number, kind, detail, shape, count]
  }

  /// Columns as wide as their widest cell, two spaces between; empty columns are left out.
  private func table(_ rows: [[String]]) -> String {
    let columns = rows[0].indices.filter { column in rows.contains { !$0[column].isEmpty } }
    let widths = columns.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, width) in zip(columns, widths) {
        line += row[column] + String(repeating: " ", count: width - row[column].count + 2)
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }

  private var totals: String {
    guard isBuilt else { return "" }
    let all = parameters
    func count(_ which: (Parameter) -> Bool) -> Int {
      all.filter(which).reduce(0) { $0 + $1.variable.value.count }
    }
    let quantum = count { $0.isQuantum }
    let total = count { _ in true }
    return
      "\(total) parameters: \(quantum) quantum, \(total - quantum) classical; \(count { $0.variable.requiresGradient }) trainable"
  }
}
