// Native functions: how one is described, called, and how it fails.
// Reading arguments is Call's, what the functions do is in the file of their class.

import CHQNN

/// A function for Lua: `core.<table>.<name>`, also a method when the table is that of an object.
/// A class, so that a call holds one reference instead of copies of its texts.
final class Function {
  let table: String
  let name: String
  /// How messages call it: "hq.tensor", "c:cnot".
  let shown: String
  /// Pushes results and returns their number.
  let body: (Call) throws -> Int32

  init(
    _ table: String, _ name: String, as shown: String? = nil, _ body: @escaping (Call) throws -> Int32
  ) {
    self.table = table
    self.name = name
    self.shown = shown ?? "\(table):\(name)"
    self.body = body
  }
}

/// A mistake in a script, with a sentence; function name and position are added on the way out.
struct Failure: Error {
  let message: String
  init(_ message: String) { self.message = message }
}

/// A script's own error, raised inside a callback: its value is on top of the stack.
struct ScriptError: Error {}

/// Throws the library's sentence unless all went well.
@inline(__always)
func check(_ status: hqnn_status) throws {
  if status != HQNN_OK { throw Failure(String(cString: hqnn_last_error())) }
}

/// All native functions; a new class of objects is one more line.
let functions: [Function] =
  libraryFunctions + tensorFunctions + tensorAxisFunctions + tensorMakingFunctions + tensorValueFunctions + lossFunctions
  + circuitFunctions + builderFunctions
  + stateFunctions + largeStateFunctions + curvatureFunctions
  + analysisFunctions + noiseFunctions
  + templateFunctions + interchangeFunctions
  + layerFunctions + layerKindFunctions + customLayerFunctions + fileFunctions + optimizerFunctions + scheduleFunctions
  + datasetFunctions + datasetFileFunctions + transformFunctions + inventoryFunctions
  + trainingFunctions + statisticsFunctions + attackFunctions + auditFunctions + defenceFunctions + perturbationFunctions
  + certificateFunctions
  + tableFunctions + imageGridFunctions
