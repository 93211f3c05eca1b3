import Tensors

public struct Circuit { public var inputCount = 0, weightCount = 0, outputCount = 0 }
public struct RunOptions { public init() {} }

/// Where the patches of a batch of images lie: a kernel slid over [batch, channels, height, width].
/// A patch's values, in the order channel, kernel row, kernel column, are one sample's inputs.
public struct PatchGeometry: Hashable, Sendable {
  public var channels, height, width: Int
  public var kernelHeight, kernelWidth: Int
  public var strideHeight, strideWidth: Int
  /// Output [batch, rows, columns, outputs] instead of [batch, outputs, rows, columns].
  public var channelsLast: Bool

  public init(
    channels: Int, height: Int, width: Int, kernelHeight: Int, kernelWidth: Int, strideHeight: Int,
    strideWidth: Int, channelsLast: Bool
  ) {
    (self.channels, self.height, self.width) = (channels, height, width)
    (self.kernelHeight, self.kernelWidth) = (kernelHeight, kernelWidth)
    (self.strideHeight, self.strideWidth) = (strideHeight, strideWidth)
    self.channelsLast = channelsLast
  }
  public var outputHeight: Int { (height - kernelHeight) / strideHeight + 1 }
  public var outputWidth: Int { (width - kernelWidth) / strideWidth + 1 }
}

public final class CircuitRunner {
  public let circuit: Circuit
  public init(_ circuit: Circuit, options: RunOptions = RunOptions()) throws { self.circuit = circuit }

  /// inputs [batch, inputs] or nil, weights [weights] or nil → [batch, outputs]
  public func expectations(inputs: Tensor?, weights: Tensor?) throws -> Tensor { fatalError() }
  /// Vector-Jacobian product; outputGradient [batch, outputs] or nil for ones.
  public func gradients(
    inputs: Tensor?, weights: Tensor?, outputGradient: Tensor?, wantInputs: Bool, wantWeights: Bool
  ) throws -> (inputs: Tensor?, weights: Tensor?) { fatalError() }
  /// images [batch, channels, height, width] → see PatchGeometry.channelsLast
  public func expectations(images: Tensor, patches: PatchGeometry, weights: Tensor?) throws -> Tensor {
    fatalError()
  }
  public func gradients(
    images: Tensor, patches: PatchGeometry, weights: Tensor?, outputGradient: Tensor, wantImages: Bool,
    wantWeights: Bool
  ) throws -> (images: Tensor?, weights: Tensor?) { fatalError() }
}
