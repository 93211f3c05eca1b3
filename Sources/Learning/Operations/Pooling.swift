// Pooling as operations.

import Tensors

/// The largest value of windows; its gradient goes to where it was found.
struct LargestOfWindows: Operation {
  let x: Variable
  let windows: PoolWindows
  let places: [Int32]

  var operands: [Variable] { [x] }

  func backward(_ gradient: Tensor) {
    x.accumulate { poolLargestBackward(windows, gradient, places, into: $0, adding: $1) }
  }
}

/// The mean of windows; its gradient is shared out evenly.
struct MeanOfWindows: Operation {
  let x: Variable
  let windows: PoolWindows

  var operands: [Variable] { [x] }

  func backward(_ gradient: Tensor) {
    x.accumulate { poolMeanBackward(windows, gradient, into: $0, adding: $1) }
  }
}

extension Variable {
  /// The last two axes pooled; result [..., rows, columns] under `shape`.
  func pooled(_ function: PoolFunction, _ windows: PoolWindows, shape: [Int]) -> Variable {
    let y = Tensor(uninitialized: type, shape)
    switch function {
    case .max:
      let places = poolLargest(windows, value, into: y)
      return .result(y, of: LargestOfWindows(x: self, windows: windows, places: places))
    case .average:
      poolMean(windows, value, into: y)
      return .result(y, of: MeanOfWindows(x: self, windows: windows))
    }
  }
}
