// A model as text: its layers, shapes, parameter counts and costs, a line each.

import Tensors

extension Layer {
  /// A heading, one line per layer, those inside a container indented, and totals, for instance
  ///
  ///        layer         options                           output              parameters          multiply-adds
  ///     0  quanvolution  2x2 patches, 4 inputs, 4 outputs  {batch, 4, 14, 14}  12 quantum, frozen  196 circuits
  ///     1  flatten                                         {batch, 784}
  ///     2  dense         10 units                          {batch, 10}         7850                7840
  ///     7862 parameters: 12 quantum, 7850 classical; 7850 trainable
  ///     per sample: 7840 multiply-adds, 196 circuits
  public func describe() -> String {
    var rows = [Row(["", "layer", "options", "output", "parameters", "multiply-adds"])]
    var cost = Cost()
    if self is SequentialLayer {
      appendRows(of: self, "", 0, &rows, &cost)
    } else {
      append(self, "", 0, &rows, &cost)
    }
    return table(rows) + totals(cost)
  }

  private struct Row {
    var cells: [String]
    init(_ cells: [String]) { self.cells = cells }
  }

  private struct Cost { var multiplyAdds = 0, circuits = 0 }

  /// A layer's line and those of what is inside it.
  private func append(_ layer: Layer, _ name: String, _ depth: Int, _ rows: inout [Row], _ cost: inout Cost) {
    rows.append(layer.row(String(repeating: "  ", count: depth) + name, &cost))
    appendRows(of: layer, "", depth + (name.isEmpty ? 0 : 1), &rows, &cost)
  }

  /// Lines of the layers inside; a sequential in another container gives its place to its layers.
  private func appendRows(of layer: Layer, _ prefix: String, _ depth: Int, _ rows: inout [Row], _ cost: inout Cost) {
    for (i, child) in layer.children.enumerated() {
      let name = prefix + layer.childName(i)
      if child is SequentialLayer, !(layer is SequentialLayer) {
        appendRows(of: child, name + ".", depth, &rows, &cost)
      } else {
        append(child, name, depth, &rows, &cost)
      }
    }
  }

  private func row(_ number: String, _ cost: inout Cost) -> Row {
    let shape = outputShape.map(Self.batched) ?? "not built"
    var count = ""
    if !ownParameters.isEmpty {
      count = "\(ownParameters.reduce(0) { $0 + $1.variable.value.count })"
      if isQuantum { count += " quantum" }
      if ownParameters.allSatisfy({ !$0.variable.requiresGradient }) { count += ", frozen" }
    } else if !isTrainable, isQuantum || !isBuilt {
      count = "frozen"
    }
    var work: [String] = []
    if let inputShape {
      let (products, circuits) = (multiplyAdds(inputShape), circuitRuns(inputShape))
      cost.multiplyAdds += products
      cost.circuits += circuits
      if products > 0 { work.append("\(products)") }
      if circuits > 0 { work.append("\(circuits) \(circuits == 1 ? "circuit" : "circuits")") }
    }
    return Row([number, kind, detail, shape, count, work.joined(separator: ", ")])
  }

  /// Columns as wide as their widest cell, two spaces between; columns of a heading alone are left out.
  private func table(_ rows: [Row]) -> String {
    let columns = rows[0].cells.indices.filter { column in
      rows.dropFirst().contains { !$0.cells[column].isEmpty }
    }
    let widths = columns.map { column in rows.map { $0.cells[column].count }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, width) in zip(columns, widths) {
        line += row.cells[column] + String(repeating: " ", count: width - row.cells[column].count + 2)
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }

  private func totals(_ cost: Cost) -> String {
    guard isBuilt else { return "" }
    let all = parameters
    func count(_ which: (Parameter) -> Bool) -> Int {
      all.filter(which).reduce(0) { $0 + $1.variable.value.count }
    }
    let quantum = count { $0.isQuantum }
    let total = count { _ in true }
    var text =
      "\(total) parameters: \(quantum) quantum, \(total - quantum) classical; \(count { $0.variable.requiresGradient }) trainable"
    var work: [String] = []
    if cost.multiplyAdds > 0 { work.append("\(cost.multiplyAdds) multiply-adds") }
    if cost.circuits > 0 { work.append("\(cost.circuits) \(cost.circuits == 1 ? "circuit" : "circuits")") }
    if !work.isEmpty { text += "\nper sample: " + work.joined(separator: ", ") }
    return text
  }
}
