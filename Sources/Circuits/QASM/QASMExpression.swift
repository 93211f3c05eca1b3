// Angles in OpenQASM: arithmetic on numbers, parameters of a gate and declared inputs.
// Expressions are kept as steps for a stack, so that neither length nor nesting ever costs recursion.

import Glibc
import Tensors

/// A value: a number plus multiples of the circuit's inputs and weights (and of products of two of them).
struct QASMAngle {
  var constant: Double
  var terms: [(slot: Angle.Slot, scale: Double)] = []

  init(_ constant: Double) { self.constant = constant }
  init(_ slot: Angle.Slot) { (constant, terms) = (0, [(slot, 1)]) }

  var isConstant: Bool { terms.isEmpty }

  var sum: AngleSum {
    guard !terms.isEmpty else { return AngleSum(.constant(constant)) }
    return AngleSum(
      terms.enumerated().map { Angle($1.slot, scale: $1.scale, offset: $0 == 0 ? constant : 0) })
  }

  static func * (factor: Double, value: QASMAngle) -> QASMAngle {
    if factor == 0 { return QASMAngle(0) }
    var result = QASMAngle(factor * value.constant)
    result.terms = value.terms.map { ($0.slot, factor * $0.scale) }
    return result
  }

  static func + (a: QASMAngle, b: QASMAngle) -> QASMAngle {
    var result = a
    result.constant += b.constant
    for term in b.terms {
      if let place = result.terms.firstIndex(where: { $0.slot == term.slot }) {
        result.terms[place].scale += term.scale
        if result.terms[place].scale == 0 { result.terms.remove(at: place) }
      } else {
        result.terms.append(term)
      }
    }
    return result
  }

  /// The product; nil when it holds a product that no angle of a circuit can be.
  static func product(_ a: QASMAngle, _ b: QASMAngle) -> QASMAngle? {
    if a.isConstant { return a.constant * b }
    if b.isConstant { return b.constant * a }
    var result = a.constant * b + b.constant * a
    result.constant = a.constant * b.constant
    for p in a.terms {
      for q in b.terms {
        let slot: Angle.Slot
        switch (p.slot, q.slot) {
        case (.input(let i), .input(let j)): slot = .inputProduct(min(i, j), max(i, j))
        case (.weight(let w), .input(let i)), (.input(let i), .weight(let w)):
          slot = .weightedInput(weight: w, input: i)
        default: return nil
        }
        var term = QASMAngle(slot)
        term.terms[0].scale = p.scale * q.scale
        result = result + term
      }
    }
    return result
  }

  var isFinite: Bool { constant.isFinite && terms.allSatisfy { $0.scale.isFinite } }
}

struct QASMExpression {
  enum Step {
    case value(QASMAngle)
    /// A parameter of the gate being defined, by its number.
    case parameter(Int)
    case negate, add, subtract, multiply, divide, power
    case function(String, (Double) -> Double)
  }

  private(set) var steps: [(step: Step, place: QASMPlace)] = []

  mutating func append(_ step: Step, _ place: QASMPlace) { steps.append((step, place)) }

  /// The value for these parameters.  `fail` makes the error for a place.
  func value(_ parameters: [QASMAngle], _ fail: (QASMPlace, String) -> EngineError) throws -> QASMAngle {
    var stack: [QASMAngle] = []
    for (step, place) in steps {
      let result: QASMAngle
      switch step {
      case .value(let value): result = value
      case .parameter(let number): result = parameters[number]
      case .negate: result = -1 * stack.removeLast()
      case .function(let name, let function):
        let argument = stack.removeLast()
        guard argument.isConstant else {
          throw fail(place, "\(name) of a parameter is not supported: angles are sums of numbers times parameters")
        }
        result = QASMAngle(function(argument.constant))
        guard result.isFinite else { throw fail(place, "\(name)(\(argument.constant)) is not a finite number") }
      default:
        let b = stack.removeLast()
        let a = stack.removeLast()
        result = try Self.combine(step, a, b) { fail(place, $0) }
      }
      guard result.isFinite else { throw fail(place, "the value is not a finite number") }
      stack.append(result)
    }
    return stack[0]
  }

  private static func combine(
    _ step: Step, _ a: QASMAngle, _ b: QASMAngle, _ fail: (String) -> EngineError
  ) throws -> QASMAngle {
    switch step {
    case .add: return a + b
    case .subtract: return a + -1 * b
    case .multiply:
      guard let product = QASMAngle.product(a, b) else {
        throw fail("this product of parameters is not supported: weight times input and input times input are")
      }
      return product
    case .divide:
      guard b.isConstant else { throw fail("division by a parameter is not supported") }
      guard b.constant != 0 else { throw fail("division by zero") }
      return a.isConstant ? QASMAngle(a.constant / b.constant) : (1 / b.constant) * a
    default:
      guard a.isConstant, b.isConstant else { throw fail("powers of parameters are not supported") }
      return QASMAngle(pow(a.constant, b.constant))
    }
  }

  /// Functions of one number, by the names of both versions.
  static let functions: [String: (Double) -> Double] = [
    "sin": sin, "cos": cos, "tan": tan, "exp": exp, "ln": log, "log": log, "sqrt": { $0.squareRoot() },
    "asin": asin, "acos": acos, "atan": atan, "arcsin": asin, "arccos": acos, "arctan": atan,
  ]

  static let constants: [String: Double] = [
    "pi": Double.pi, "π": Double.pi, "tau": 2 * Double.pi, "τ": 2 * Double.pi, "euler": exp(1), "ℇ": exp(1),
  ]
}
