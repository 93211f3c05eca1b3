// Mean of squared differences.

import Tensors

extension Variable {
  /// The mean over all elements of (self - target)², shape {}; equal shapes.
  public func meanSquaredError(_ target: Variable) throws -> Variable {
    guard shape == target.shape else {
      throw EngineError.shape(
        "the squared error takes equal shapes, got \(describe(shape: shape)) and \(describe(shape: target.shape))")
    }
    return try (self - target).map(.square).mean()
  }
}
