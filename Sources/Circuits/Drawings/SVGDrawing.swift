// Circuits as pictures: a self-contained SVG with wires, boxes, controls, meters and a line for classical bits.

import Tensors

extension Circuit {
  /// A picture in SVG.  A circuit wider than `width` pixels goes on in further rows.
  public func svg(width: Int = 960) throws -> String {
    guard (200...100_000).contains(width) else {
      throw EngineError.value("a picture \(width) pixels wide; the width must be in 200..100000")
    }
    var drawing = SVGDrawing(self, width: Double(width))
    return drawing.text()
  }
}

private struct SVGDrawing {
  private static let row = 44.0
  private static let box = 32.0
  private static let label = 46.0
  private static let gap = 14.0
  private static let margin = 16.0

  private let circuit: Circuit
  private let limit: Double
  private let columns: [[DrawingItem]]
  private let isClassical: Bool
  private let words: [Int: String]
  private let others: [String]
  private var elements: [String] = []

  init(_ circuit: Circuit, width: Double) {
    self.circuit = circuit
    limit = width
    isClassical = circuit.usesBits
    columns = circuit.drawingColumns(classical: isClassical)
    (words, others) = circuit.drawingMeasurements
  }

  mutating func text() -> String {
    let end = words.values.map { 12 + Self.length($0, 15) }.max() ?? 0
    var (top, next, widest) = (Self.margin, 0, 0.0)
    let height = Self.row * Double(circuit.wires + (isClassical ? 1 : 0))
    repeat {
      var (x, row) = (Self.margin + Self.label, [(items: [DrawingItem], x: Double)]())
      while next < columns.count {
        let width = columns[next].map(Self.width).max()! + Self.gap
        let isLast = next == columns.count - 1
        if !row.isEmpty, x + width + (isLast ? end : 0) > limit - Self.margin { break }
        row.append((columns[next], x + width / 2))
        x += width
        next += 1
      }
      if next == columns.count { x += 8 }
      drawLines(top, to: x, isLast: next == columns.count)
      for (items, center) in row { for item in items { draw(item, center, top) } }
      widest = max(widest, x + (next == columns.count ? end : 0))
      top += height + 20
    } while next < columns.count
    if !others.isEmpty {
      for line in Self.lines(others, limit - 2 * Self.margin) {
        write(line, Self.margin, top + 4, size: 14, anchor: "start", style: "w")
        widest = max(widest, Self.margin + Self.length(line, 14))
        top += 22
      }
    }
    let (width, total) = (Self.number((widest + Self.margin).rounded(.up)), Self.number((top).rounded(.up)))
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(total)" viewBox="0 0 \(width) \(total)">
      <style>
      text { font-family: "Source Sans 3", "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; fill: #1d2733; }
      .l { stroke: #4a5866; stroke-width: 1.2; fill: none; }
      .d { stroke: #4a5866; stroke-width: 1.2; fill: none; stroke-dasharray: 4 4; }
      .g { stroke: #2b5c8a; stroke-width: 1.2; fill: #eaf2fa; }
      .c { stroke: #a8642a; stroke-width: 1.2; fill: #fdf1e3; stroke-dasharray: 4 3; }
      .m { stroke: #4a5866; stroke-width: 1.2; fill: #f4f5f6; }
      .k { fill: #2b5c8a; stroke: #2b5c8a; stroke-width: 1.2; }
      .o { fill: #ffffff; stroke: #2b5c8a; stroke-width: 1.5; }
      .x { stroke: #2b5c8a; stroke-width: 1.8; fill: none; }
      .w { fill: #4a5866; }
      .s { font-size: 70%; }
      </style>
      <rect width="100%" height="100%" fill="#ffffff"/>

      """ + elements.joined(separator: "\n") + "\n</svg>\n"
  }

  // MARK: Places

  private func y(_ wire: Int, _ top: Double) -> Double { top + Self.row * (Double(wire) + 0.5) }

  /// How much room the symbols of an item take.
  private static func width(_ item: DrawingItem) -> Double {
    var result = item.marks.values.map { mark -> Double in
      switch mark {
      case .box(let label): return max(box, length(label, 15) + 14)
      case .meter: return box
      case .control, .openControl, .target, .swap: return 22
      case .barrier: return 8
      }
    }.max() ?? 0
    if !item.angles.isEmpty { result = max(result, length(shortened(item.angles), 11) + 12) }
    if let bit = item.bit { result = max(result, box + length("\(bit)", 11)) }
    if !item.condition.isEmpty { result = max(result, 2 * length(DrawingItem.shown(item.condition), 11) + 14) }
    return result
  }

  private static func shortened(_ text: String) -> String {
    text.count <= 26 ? text : String(text.prefix(25)) + "…"
  }

  /// About how long a text is in pixels: fonts differ, so letters count by kind.
  private static func length(_ text: String, _ size: Double) -> Double {
    text.reduce(0) { sum, letter in
      let em: Double
      if "il.,·|!:;'()[] ".contains(letter) { em = 0.33 } else if letter.isUppercase { em = 0.68 } else { em = 0.57 }
      return sum + em * size
    }
  }

  /// Texts joined by commas in lines of about this many pixels.
  private static func lines(_ texts: [String], _ width: Double) -> [String] {
    var result: [String] = []
    for text in texts {
      if let last = result.last, length(last + ", " + text, 14) <= width {
        result[result.count - 1] = last + ", " + text
      } else {
        if let last = result.popLast() { result.append(last + ",") }
        result.append(text)
      }
    }
    return result
  }

  // MARK: Elements

  private static func number(_ value: Double) -> String {
    let rounded = (value * 10).rounded() / 10
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
  }

  private mutating func line(_ a: Double, _ b: Double, _ c: Double, _ d: Double, _ style: String = "l") {
    elements.append(
      "<line class=\"\(style)\" x1=\"\(Self.number(a))\" y1=\"\(Self.number(b))\" x2=\"\(Self.number(c))\" y2=\"\(Self.number(d))\"/>")
  }

  private mutating func circle(_ x: Double, _ y: Double, _ radius: Double, _ style: String) {
    elements.append(
      "<circle class=\"\(style)\" cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" r=\"\(Self.number(radius))\"/>")
  }

  private mutating func box(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String) {
    elements.append(
      "<rect class=\"\(style)\" x=\"\(Self.number(x - width / 2))\" y=\"\(Self.number(y))\" width=\"\(Self.number(width))\" height=\"\(Self.number(height))\" rx=\"3\"/>")
  }

  private mutating func write(
    _ text: String, _ x: Double, _ y: Double, size: Double, anchor: String = "middle", style: String? = nil
  ) {
    let style = style.map { " class=\"\($0)\"" } ?? ""
    elements.append(
      "<text\(style) x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" font-size=\"\(Self.number(size))\" text-anchor=\"\(anchor)\">\(Self.escaped(text))</text>")
  }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, letter in
      switch letter {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result += letter.unicodeScalars.contains { $0.value < 32 } ? " " : String(letter)
      }
    }
  }

  // MARK: Parts

  private mutating func drawLines(_ top: Double, to end: Double, isLast: Bool) {
    let start = Self.margin + 26
    for wire in 0..<circuit.wires {
      line(start, y(wire, top), end, y(wire, top))
      elements.append(
        "<text class=\"w\" x=\"\(Self.number(start - 6))\" y=\"\(Self.number(y(wire, top) + 5))\" font-size=\"14\" text-anchor=\"end\">q<tspan class=\"s\" dy=\"3\">\(wire)</tspan></text>")
      if isLast, let word = words[wire] { write(word, end + 8, y(wire, top) + 5, size: 15, anchor: "start") }
    }
    guard isClassical else { return }
    let place = y(circuit.wires, top)
    line(start, place - 1.5, end, place - 1.5)
    line(start, place + 1.5, end, place + 1.5)
    write("c", start - 6, place + 5, size: 14, anchor: "end", style: "w")
  }

  private mutating func draw(_ item: DrawingItem, _ x: Double, _ top: Double) {
    if item.kind == .barrier {
      for wire in item.wires { line(x, y(wire, top) - Self.row / 2, x, y(wire, top) + Self.row / 2, "d") }
      return
    }
    if item.low < item.high { line(x, y(item.low, top), x, y(item.high, top), item.kind == .channel ? "l" : "x") }
    drawClassical(item, x, top)
    let style = item.kind == .channel ? "c" : item.kind == .gate ? "g" : "m"
    if let tall = item.tall {
      let places = (y(tall.lowerBound, top), y(tall.upperBound, top))
      box(x, places.0 - Self.box / 2, Self.width(item), places.1 - places.0 + Self.box, style)
      writeLabel(item.marks[tall.lowerBound]!.label, item.angles, x, (places.0 + places.1) / 2)
    }
    for wire in item.wires where item.tall?.contains(wire) != true {
      let place = y(wire, top)
      switch item.marks[wire]! {
      case .control: circle(x, place, 4.5, "k")
      case .openControl: circle(x, place, 5, "o")
      case .target:
        circle(x, place, 10, "o")
        line(x - 10, place, x + 10, place, "x")
        line(x, place - 10, x, place + 10, "x")
      case .swap:
        line(x - 6, place - 6, x + 6, place + 6, "x")
        line(x - 6, place + 6, x + 6, place - 6, "x")
      case .meter:
        box(x, place - Self.box / 2, Self.box, Self.box, "m")
        elements.append(
          "<path class=\"l\" d=\"M \(Self.number(x - 10)) \(Self.number(place + 7)) A 10 10 0 0 1 \(Self.number(x + 10)) \(Self.number(place + 7))\"/>")
        line(x, place + 7, x + 8, place - 9)
      case .box(let label):
        let isAngled = wire == item.angleWire && !item.angles.isEmpty
        let width = isAngled ? Self.width(item) : max(Self.box, Self.length(label, 15) + 14)
        box(x, place - Self.box / 2, width, Self.box, style)
        writeLabel(label, isAngled ? item.angles : "", x, place)
      case .barrier: break
      }
    }
  }

  /// The name, and the angles below it in smaller letters.
  private mutating func writeLabel(_ label: String, _ angles: String, _ x: Double, _ y: Double) {
    write(label, x, angles.isEmpty ? y + 5 : y - 1, size: angles.isEmpty ? 15 : 14)
    if !angles.isEmpty { write(Self.shortened(angles), x, y + 12, size: 11) }
  }

  /// Double strokes from a measurement down to the classical line, and from there up to a conditional gate.
  private mutating func drawClassical(_ item: DrawingItem, _ x: Double, _ top: Double) {
    guard item.bit != nil || !item.condition.isEmpty else { return }
    let (from, to) = (y(item.bit == nil ? item.high : item.low, top), y(circuit.wires, top))
    for shift in [-1.5, 1.5] { line(x + shift, from, x + shift, to) }
    if let bit = item.bit {
      elements.append(
        "<path class=\"k\" d=\"M \(Self.number(x - 5)) \(Self.number(to - 8)) h 10 l -5 7 z\"/>")
      write("\(bit)", x + 8, to - 5, size: 11, anchor: "start", style: "w")
    } else {
      circle(x, to, 4.5, "k")
      write(DrawingItem.shown(item.condition), x + 8, to - 5, size: 11, anchor: "start", style: "w")
    }
  }
}
