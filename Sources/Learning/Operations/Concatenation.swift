// Tensors one after the other along an axis.

import Tensors

struct Concatenation: Operation {
  let parts: [Variable]
  let axis: Int

  var operands: [Variable] { parts }

  /// At least one part; shapes agree but for the axis.
  static func apply(_ parts: [Variable], axis: Int) throws -> Variable {
    for part in parts.dropFirst() { try Variable.checkTypes(parts[0], part) }
    var shape = parts[0].shape
    shape[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
    try ensureFits(parts[0].type, shape)
    let result = Tensor(uninitialized: parts[0].type, shape)
    var first = 0
    for part in parts {
      copyPart(part.value, into: result, axis: axis, first: first)
      first += part.shape[axis]
    }
    return .result(result, of: Concatenation(parts: parts, axis: axis))
  }

  func backward(_ gradient: Tensor) {
    var first = 0
    for part in parts {
      if part.requiresGradient {
        part.accumulate { addPart(of: gradient, axis: axis, first: first, into: $0, adding: $1) }
      }
      first += part.shape[axis]
    }
  }
}
