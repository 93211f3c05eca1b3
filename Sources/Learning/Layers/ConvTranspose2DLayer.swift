// Transposed convolution: from small images to larger ones.

import Tensors

/// [batch, channels, height, width] to [batch, filters, rows, columns] with (size - 1) stride - 2 padding + kernel +
/// output padding rows and columns: the gradient of a convolution by its input, as a layer (Zeiler et al. 2010).
/// Parameters: weights [channels, filters, kernel height, kernel width], bias [filters].
public final class ConvTranspose2DLayer: Layer, SpecifiedLayer {
  public struct Options {
    public var filters = 1                                       // output channels, 1 or more
    public var kernelHeight = 2, kernelWidth = 2                 // 1 or more
    public var strideHeight = 2, strideWidth = 2                 // 1 or more
    public var paddingHeight = 0, paddingWidth = 0               // cut off on both sides, less than the kernel
    public var outputPaddingHeight = 0, outputPaddingWidth = 0   // added on one side, less than the stride
    public var bias = true
    public init() {}
  }

  public let options: Options

  public init(_ options: Options) throws {
    guard options.filters >= 1 else {
      throw EngineError.value("filters is \(options.filters); it must be 1 or more")
    }
    try checkPositive("kernel_size", options.kernelHeight, options.kernelWidth)
    try checkPositive("stride", options.strideHeight, options.strideWidth)
    guard 0..<options.kernelHeight ~= options.paddingHeight, 0..<options.kernelWidth ~= options.paddingWidth else {
      throw EngineError.value(
        "padding is \(options.paddingHeight) x \(options.paddingWidth); it must be 0 or more and smaller than the kernel, \(options.kernelHeight) x \(options.kernelWidth)"
      )
    }
    guard 0..<options.strideHeight ~= options.outputPaddingHeight, 0..<options.strideWidth ~= options.outputPaddingWidth
    else {
      throw EngineError.value(
        "output_padding is \(options.outputPaddingHeight) x \(options.outputPaddingWidth); it must be 0 or more and smaller than the stride, \(options.strideHeight) x \(options.strideWidth)"
      )
    }
    self.options = options
    super.init()
  }

  static let kindName = "conv_transpose2d"
  package override var specification: JSON {
    get throws {
      specified(
        Self.kindName,
        [
          ("filters", .integer(options.filters)),
          ("kernel", [.integer(options.kernelHeight), .integer(options.kernelWidth)]),
          ("stride", [.integer(options.strideHeight), .integer(options.strideWidth)]),
          ("padding", [.integer(options.paddingHeight), .integer(options.paddingWidth)]),
          ("output_padding", [.integer(options.outputPaddingHeight), .integer(options.outputPaddingWidth)]),
          ("bias", .bool(options.bias)),
        ])
    }
  }

  convenience init(specification: JSON) throws {
    var options = Options()
    options.filters = try specification.integer("filters")
    (options.kernelHeight, options.kernelWidth) = try specification.pair("kernel")
    (options.strideHeight, options.strideWidth) = try specification.pair("stride")
    (options.paddingHeight, options.paddingWidth) = try specification.pair("padding")
    (options.outputPaddingHeight, options.outputPaddingWidth) = try specification.pair("output_padding")
    options.bias = try specification.bool("bias")
    try self.init(options)
  }

  override var kind: String { Self.kindName }
  override var detail: String {
    var text = "\(options.filters) filters \(options.kernelHeight)x\(options.kernelWidth), stride \(options.strideHeight)x\(options.strideWidth)"
    if options.paddingHeight != 0 || options.paddingWidth != 0 {
      text += ", padding \(options.paddingHeight)x\(options.paddingWidth)"
    }
    return text
  }

  override func inferShape(_ input: [Int]) throws -> [Int] {
    try checkImage(input, kernelHeight: 1, kernelWidth: 1)
    let rows = (input[1] - 1) * options.strideHeight - 2 * options.paddingHeight + options.kernelHeight
      + options.outputPaddingHeight
    let columns = (input[2] - 1) * options.strideWidth - 2 * options.paddingWidth + options.kernelWidth
      + options.outputPaddingWidth
    guard rows >= 1, columns >= 1 else {
      throw EngineError.shape("padding leaves \(rows) x \(columns) of an image of \(input[1]) x \(input[2]); use less")
    }
    return [options.filters, rows, columns]
  }

  override func parameterPlans(_ input: [Int]) -> [ParameterPlan] {
    let area = options.kernelHeight * options.kernelWidth
    // A value of the output depends on kernel / stride values of every channel.
    let fanIn = max(1, input[0] * area / (options.strideHeight * options.strideWidth))
    let weights = ParameterPlan.scaled(
      "weights", [input[0], options.filters, options.kernelHeight, options.kernelWidth], fanIn: fanIn,
      fanOut: options.filters * area)
    guard options.bias else { return [weights] }
    return [weights, .scaled("bias", [options.filters], fanIn: fanIn, fanOut: options.filters * area)]
  }

  override func multiplyAdds(_ input: [Int]) -> Int {
    input.reduce(1, *) * options.filters * options.kernelHeight * options.kernelWidth
  }

  override func apply(_ x: Variable) throws -> Variable {
    let output = outputShape ?? []
    // Of the convolution whose gradient this is: it goes from the output to the input.
    let form = ConvolutionForm(
      batch: x.shape[0], channels: output[0], height: output[1], width: output[2], filters: x.shape[1],
      kernelHeight: options.kernelHeight, kernelWidth: options.kernelWidth, strideHeight: options.strideHeight,
      strideWidth: options.strideWidth, paddingHeight: options.paddingHeight, paddingWidth: options.paddingWidth)
    let y = TransposedConvolution.apply(form, x, weights: ownParameters[0].variable)
    return options.bias ? try y + ownParameters[1].variable.reshaped([output[0], 1, 1]) : y
  }
}
