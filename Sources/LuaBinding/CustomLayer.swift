// hqnn.h, "layers of one's own": Lua functions as a layer's build and forward.  What a script sees of them is in
// lua/hqnn/custom.lua.

import CHQNN

/// What a layer of Lua functions keeps.
private final class ScriptLayer {
  let name: String
  let build, forward: ScriptValue
  /// Whether the functions have been given the layer's parameters.
  var knowsParameters = false

  init(_ name: String, build: ScriptValue, forward: ScriptValue) {
    (self.name, self.build, self.forward) = (name, build, forward)
  }

  static func from(_ context: UnsafeMutableRawPointer?) -> ScriptLayer {
    Unmanaged<ScriptLayer>.fromOpaque(context!).takeUnretainedValue()
  }

  /// The plan of the layer that is being built; they nest.
  nonisolated(unsafe) static var plans: [OpaquePointer?] = []

  static func plan() throws -> OpaquePointer? {
    guard let plan = plans.last else { throw Failure("this is only possible inside a layer's build function") }
    return plan
  }

  func build(_ plan: OpaquePointer?, _ shape: [Int64]) -> Int32 {
    Self.plans.append(plan)
    defer { Self.plans.removeLast() }
    return build.call(
      { lua in
        ScriptLayer.push(shape, lua)
        return 1
      },
      { lua in
        guard lua.type(-1) == .table, lua.kind(-1) == nil else {
          throw Failure("the build function of layer '\(self.name)' must return the output's shape, an array of whole numbers")
        }
        let output = try (0..<lua.length(-1)).map { position in
          lua.pushElement(-1, position + 1)
          defer { lua.drop() }
          guard let value = lua.integer(-1) else {
            throw Failure("the build function of layer '\(self.name)' returned a shape whose element \(position + 1) is no whole number")
          }
          return value
        }
        try check(hqnn_layer_plan_output(plan, Int64(output.count), output))
      })
  }

  func forward(_ layer: OpaquePointer?, _ input: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>) -> Int32 {
    forward.call(
      { lua in
        if self.knowsParameters { lua.pushNil() } else { try self.pushParameters(layer, lua) }
        self.knowsParameters = true
        var training: Int32 = 0
        try check(hqnn_layer_training(layer, &training))
        lua.push(training != 0)
        let place = lua.pushObject(.tensor)
        try check(hqnn_tensor_retain(input))
        place.pointee = input
        return 3
      },
      { lua in
        guard lua.kind(-1) == .tensor, let tensor = lua.box(-1).pointee else {
          throw Failure("the forward function of layer '\(self.name)' must return a tensor")
        }
        try check(hqnn_tensor_retain(tensor))
        out.pointee = tensor
      })
  }

  /// Pushes the layer's own parameters by name: those whose names have no inner layer before them.
  private func pushParameters(_ layer: OpaquePointer?, _ lua: LuaState) throws {
    var count: Int64 = 0
    try check(hqnn_layer_parameters(layer, &count))
    lua.pushTable()
    let table = lua.top
    for index in 0..<count {
      let name = try parameterName(layer, index)
      if name.contains(".") { continue }
      let place = lua.pushObject(.tensor)
      try check(hqnn_layer_parameter(layer, index, place))
      lua.setField(table, name)
    }
  }

  private static func push(_ values: [Int64], _ lua: LuaState) {
    lua.pushTable(array: values.count)
    for (position, value) in values.enumerated() {
      lua.push(value)
      lua.setElement(-2, Int64(position + 1))
    }
  }
}

let customLayerFunctions: [Function] = [
  // layer(name, layers, names, build, forward): build(shape) gives the output's shape;
  // forward(parameters or nil, training, x) gives the output
  Function("make", "layer", as: "hq.layer") { call in
    let (name, layers, names) = (try call.string(1), try call.layers(2), try call.texts(3))
    let context = ScriptLayer(
      name, build: ScriptValue(call.lua, 4), forward: ScriptValue(call.lua, 5))
    let held = Unmanaged.passRetained(context)
    var functions = hqnn_custom_layer()
    functions.struct_size = MemoryLayout<hqnn_custom_layer>.size
    functions.context = held.toOpaque()
    functions.build = { context, plan, rank, shape in
      ScriptLayer.from(context).build(plan, Array(UnsafeBufferPointer(start: shape, count: Int(rank))))
    }
    functions.forward = { context, layer, input, out in ScriptLayer.from(context).forward(layer, input, out!) }
    functions.release = { Unmanaged<ScriptLayer>.fromOpaque($0!).release() }
    do {
      return try name.withCString { name in
        try withCStrings(names) { names in
          try layers.withUnsafeBufferPointer { layers in
            try names.withUnsafeBufferPointer { names in
              functions.name = name
              (functions.layers, functions.layer_names) = (layers.baseAddress, names.baseAddress)
              functions.layer_count = Int64(layers.count)
              return try call.result(.layer) { hqnn_layer_custom(&functions, $0) }
            }
          }
        }
      }
    } catch {
      held.release()
      throw error
    }
  },
  // plan_parameter(name, shape, initialiser or nil): inside build
  Function("native", "plan_parameter", as: "self:parameter") { call in
    let (name, shape, plan) = (try call.string(1), try call.integers(2), try ScriptLayer.plan())
    if call.isNil(3) {
      try check(hqnn_layer_plan_parameter(plan, name, Int64(shape.count), shape, nil))
    } else {
      var initializer = try call.initializer(3)
      try check(hqnn_layer_plan_parameter(plan, name, Int64(shape.count), shape, &initializer))
    }
    return 0
  },
  // plan_layer(index, shape): the shape that inner layer index, from 1, makes of this one; inside build
  Function("native", "plan_layer", as: "self:layer") { call in
    let (index, shape) = (try call.integer(1), try call.integers(2))
    var output = [Int64](repeating: 0, count: 64)
    var rank: Int64 = 0
    try check(
      hqnn_layer_plan_layer(ScriptLayer.plan(), index - 1, Int64(shape.count), shape, &output, 64, &rank))
    call.push(Array(output[..<Int(rank)]))
    return 1
  },
  Function("native", "layer_recipe", as: "hq.register_layer") { call in
    try check(hqnn_layer_set_recipe(call.layer(1), call.string(2), call.string(3)))
    return 0
  },
  // layer_register(name, maker): maker(options text) gives a layer
  Function("native", "layer_register", as: "hq.register_layer") { call in
    let name = try call.string(1)
    let held = Unmanaged.passRetained(ScriptValue(call.lua, 2))
    let status = hqnn_layer_register(
      name,
      { context, options, out in
        Unmanaged<ScriptValue>.fromOpaque(context!).takeUnretainedValue().call(
          { lua in
            lua.push(String(cString: options!))
            return 1
          },
          { lua in
            guard lua.kind(-1) == .layer, let layer = lua.box(-1).pointee else {
              throw Failure("a maker of layers must return a layer")
            }
            try check(hqnn_layer_retain(layer))
            out!.pointee = layer
          })
      }, held.toOpaque(), { Unmanaged<ScriptValue>.fromOpaque($0!).release() })
    if status != HQNN_OK { held.release() }
    try check(status)
    return 0
  },
]
