// Two-dimensional convolution.

import Tensors

/// [batch, channels, height, width] to [batch, filters, rows, columns].  Parameters: weights
/// [filters, channels / groups, kernel height, kernel width], bias [filters].
///
/// A rest of the image that kernel and stride do not reach is left out.
public final class Conv2DLayer: Layer, SpecifiedLayer {
  public struct Options {
    public var filters = 1                           // output channels, 1 or more
    public var kernelHeight = 3, kernelWidth = 3     // 1 or more
    public var strideHeight = 1, strideWidth = 1     // 1 or more
    public var paddingHeight = 0, paddingWidth = 0   // zeros on both sides, 0 or more
    /// Distance of neighbouring values of the kernel in the image, 1 or more.
    public var dilationHeight = 1, dilationWidth = 1
    /// Channels and filters in groups that do not see each other; divides both.
    public var groups = 1
    /// As much padding as keeps the size at stride 1; for kernels that span an odd number of values.
    public var paddingSame = false
    public var bias = true
    public init() {}

    var reachHeight: Int { (kernelHeight - 1) * dilationHeight + 1 }
    var reachWidth: Int { (kernelWidth - 1) * dilationWidth + 1 }
  }

  public let options: Options

  public init(_ given: Options) throws {
    var options = given
    guard options.filters >= 1 else {
      throw EngineError.value("filters is \(options.filters); it must be 1 or more")
    }
    try checkPositive("kernel_size", options.kernelHeight, options.kernelWidth)
    try checkPositive("stride", options.strideHeight, options.strideWidth)
    try checkPositive("dilation", options.dilationHeight, options.dilationWidth)
    guard options.groups >= 1, options.filters % options.groups == 0 else {
      throw EngineError.value("\(options.filters) filters cannot be cut into \(options.groups) equal groups")
    }
    if options.paddingSame {
      guard options.strideHeight == 1, options.strideWidth == 1 else {
        throw EngineError.value(
          "padding \"same\" is for stride 1, got \(options.strideHeight) x \(options.strideWidth); give padding as a number")
      }
      guard options.reachHeight % 2 == 1, options.reachWidth % 2 == 1 else {
        throw EngineError.value(
          "padding \"same\" needs kernels that span an odd number of values, this one spans \(options.reachHeight) x \(options.reachWidth); a pad2d layer can pad one side")
      }
      (options.paddingHeight, options.paddingWidth) = (options.reachHeight / 2, options.reachWidth / 2)
    }
    guard options.paddingHeight >= 0, options.paddingWidth >= 0 else {
      throw EngineError.value(
        "padding is \(options.paddingHeight) x \(options.paddingWidth); both must be 0 or more")
    }
    // More padding than kernel would give outputs that see nothing of the image.
    guard options.paddingHeight < options.reachHeight, options.paddingWidth < options.reachWidth else {
      throw EngineError.value(
        "padding is \(options.paddingHeight) x \(options.paddingWidth); it must be smaller than the kernel, \(options.reachHeight) x \(options.reachWidth)"
      )
    }
    self.options = options
    super.init()
  }

  static let kindName = "conv2d"
  package override var specification: JSON {
    get throws {
      specified(
        Self.kindName,
        [
          ("filters", .integer(options.filters)),
          ("kernel", [.integer(options.kernelHeight), .integer(options.kernelWidth)]),
          ("stride", [.integer(options.strideHeight), .integer(options.strideWidth)]),
          ("padding", [.integer(options.paddingHeight), .integer(options.paddingWidth)]),
          ("dilation", [.integer(options.dilationHeight), .integer(options.dilationWidth)]),
          ("groups", .integer(options.groups)), ("bias", .bool(options.bias)),
        ])
    }
  }

  convenience init(specification: JSON) throws {
    var options = Options()
    options.filters = try specification.integer("filters")
    (options.kernelHeight, options.kernelWidth) = try specification.pair("kernel")
    (options.strideHeight, options.strideWidth) = try specification.pair("stride")
    (options.paddingHeight, options.paddingWidth) = try specification.pair("padding")
    (options.dilationHeight, options.dilationWidth) = try specification.pair("dilation")
    options.groups = try specification.integer("groups")
    options.bias = try specification.bool("bias")
    try self.init(options)
  }

  override var kind: String { Self.kindName }
  override var detail: String {
    var text = "\(options.filters) filters \(options.kernelHeight)x\(options.kernelWidth)"
    if options.strideHeight != 1 || options.strideWidth != 1 {
      text += ", stride \(options.strideHeight)x\(options.strideWidth)"
    }
    if options.paddingHeight != 0 || options.paddingWidth != 0 {
      text += ", padding \(options.paddingHeight)x\(options.paddingWidth)"
    }
    if options.dilationHeight != 1 || options.dilationWidth != 1 {
      text += ", dilation \(options.dilationHeight)x\(options.dilationWidth)"
    }
    if options.groups != 1 { text += ", \(options.groups) groups" }
    return text
  }

  func form(batch: Int, _ input: [Int]) -> ConvolutionForm {
    var form = ConvolutionForm(
      batch: batch, channels: input[0], height: input[1], width: input[2], filters: options.filters,
      kernelHeight: options.kernelHeight, kernelWidth: options.kernelWidth,
      strideHeight: options.strideHeight, strideWidth: options.strideWidth,
      paddingHeight: options.paddingHeight, paddingWidth: options.paddingWidth)
    (form.dilationHeight, form.dilationWidth) = (options.dilationHeight, options.dilationWidth)
    form.groups = options.groups
    return form
  }

  override func inferShape(_ input: [Int]) throws -> [Int] {
    try checkImage(
      input, kernelHeight: options.reachHeight, kernelWidth: options.reachWidth,
      paddingHeight: options.paddingHeight, paddingWidth: options.paddingWidth)
    guard input[0] % options.groups == 0 else {
      throw EngineError.shape(
        "\(input[0]) channels cannot be cut into \(options.groups) equal groups, got input \(Self.batched(input))")
    }
    let form = form(batch: 1, input)
    return [form.filters, form.outputHeight, form.outputWidth]
  }

  override func parameterPlans(_ input: [Int]) -> [ParameterPlan] {
    let fanIn = input[0] / options.groups * options.kernelHeight * options.kernelWidth
    let fanOut = options.filters / options.groups * options.kernelHeight * options.kernelWidth
    let weights = ParameterPlan.scaled(
      "weights", [options.filters, input[0] / options.groups, options.kernelHeight, options.kernelWidth], fanIn: fanIn, fanOut: fanOut)
    return options.bias ? [weights, .scaled("bias", [options.filters], fanIn: fanIn, fanOut: fanOut)] : [weights]
  }

  override func multiplyAdds(_ input: [Int]) -> Int {
    let form = form(batch: 1, input)
    return form.filters * form.outputHeight * form.outputWidth * input[0] / options.groups
      * options.kernelHeight * options.kernelWidth
  }

  override func apply(_ x: Variable) -> Variable {
    Convolution.apply(
      form(batch: x.shape[0], inputShape ?? []), x, weights: ownParameters[0].variable,
      bias: options.bias ? ownParameters[1].variable : nil)
  }
}
