// What all drawings of a circuit share: which column an operation stands in, and what stands on its wires.
// How that looks is left to TextDrawing, SVGDrawing and QuantikzDrawing.

/// What a drawing shows on one wire of an operation.
enum DrawingMark: Equatable {
  case control, openControl, swap
  /// The X of a controlled X.
  case target
  case box(String)
  case meter
  case barrier
}

/// An operation, or the preparation of the start state, as drawings show it.
struct DrawingItem {
  enum Kind { case gate, channel, measurement, reset, barrier, preparation }

  let kind: Kind
  /// What stands on each wire that takes part.
  var marks: [Int: DrawingMark] = [:]
  /// Neighbouring wires that share one box, which is marked on all of them.
  var tall: ClosedRange<Int>?
  /// The angles, and the wire beside whose symbol they stand; "" without any.
  var angles = ""
  var angleWire = 0
  /// The classical bit that a measurement sets.
  var bit: Int?
  var condition: [Operation.ClassicalBit] = []

  var wires: [Int] { marks.keys.sorted() }
  var low: Int { marks.keys.min()! }
  var high: Int { marks.keys.max()! }

  init?(_ operation: Operation) {
    guard !operation.wires.isEmpty else { return nil }
    var symbols = operation.symbols
    switch operation.action {
    case .gate: kind = .gate
    case .channel: kind = .channel
    case .measure(let bit): (kind, self.bit) = (.measurement, bit)
    case .reset: kind = .reset
    case .barrier: kind = .barrier
    }
    // One letter on several wires says nothing of their order, which matters for a matrix.
    if symbols.count > 1, symbols[0].count == 1, Set(symbols).count == 1, !"●○×┆".contains(symbols[0]),
      operation.wires != operation.wires.sorted()
    {
      symbols = symbols.enumerated().map { $1 + String("₀₁₂₃₄₅₆₇₈₉"[$0 % 10]) }
    }
    let isControlled = symbols.contains { "●○".contains($0) }
    for (wire, symbol) in zip(operation.wires, symbols) {
      switch symbol {
      case "●": marks[wire] = .control
      case "○": marks[wire] = .openControl
      case "×": marks[wire] = .swap
      case "i×": marks[wire] = .box("iSWAP")
      case "X" where isControlled: marks[wire] = .target
      default:
        marks[wire] = kind == .measurement ? .meter : kind == .barrier ? .barrier : .box(symbol)
      }
    }
    condition = operation.condition
    angleWire = operation.wires.last!
    angles = operation.angles.map(\.description).joined(separator: ",")
    findTallBox()
  }

  init?(_ preparation: Preparation, wires count: Int) {
    kind = .preparation
    switch preparation {
    case .zero: return nil
    case .state: for wire in 0..<count { marks[wire] = .box("ψ") }
    case .amplitudes(let encoding):
      for wire in encoding.wires { marks[wire] = .box("ψ") }
      angleWire = encoding.wires[0]
      let last = encoding.first + encoding.count - 1
      angles = last == encoding.first ? "x\(last)" : "x\(encoding.first)…x\(last)"
    }
    findTallBox()
  }

  private mutating func findTallBox() {
    let boxes = marks.filter { if case .box = $0.value { return true } else { return false } }
    guard boxes.count > 1, let low = boxes.keys.min(), let high = boxes.keys.max(), high - low + 1 == boxes.count,
      Set(boxes.values.map(\.label)).count == 1
    else { return }
    tall = low...high
  }

  /// "c0", "!c1"
  static func shown(_ condition: [Operation.ClassicalBit]) -> String {
    condition.map { "\($0.value ? "" : "!")c\($0.bit)" }.joined(separator: ",")
  }
}

extension DrawingMark {
  var label: String {
    if case .box(let label) = self { return label }
    return ""
  }
}

extension String {
  fileprivate subscript(position: Int) -> Character { self[index(startIndex, offsetBy: position)] }
}

extension Circuit {
  /// The operations in columns, each as far left as its wires allow.  `classical`: there is a line for classical
  /// bits below the wires, and operations that use it reach down to it.
  func drawingColumns(classical: Bool) -> [[DrawingItem]] {
    var columns: [[DrawingItem]] = []
    var level = [Int](repeating: 0, count: wires + 1)
    let start = DrawingItem(preparation, wires: wires).map { [$0] } ?? []
    for item in start + operations.compactMap(DrawingItem.init) {
      let reaches = classical && (item.bit != nil || !item.condition.isEmpty)
      let span = item.low...(reaches ? wires : item.high)
      let column = level[span].max()!
      for wire in span { level[wire] = column + 1 }
      if column == columns.count { columns.append([]) }
      columns[column].append(item)
    }
    return columns
  }

  var usesBits: Bool { operations.contains { if case .measure = $0.action { return true } else { return false } } }

  /// What is measured at the end on one wire, by wires, and all the rest as texts.
  var drawingMeasurements: (words: [Int: String], others: [String]) {
    var (words, others) = ([Int: String](), [String]())
    for measurement in measurements {
      if let word = measurement.word, word.wires.count == 1 {
        words[word.wires[0], default: ""] += (words[word.wires[0]] == nil ? "" : " ") + "⟨\(word.letters)⟩"
      } else {
        others.append(measurement.description)
      }
    }
    return (words, others)
  }
}
