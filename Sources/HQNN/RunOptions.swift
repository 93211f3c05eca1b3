// hqnn_run_options, which circuits and layers share.

import CHQNN
import Circuits
import Quantum
import Tensors

let runDefaults = hqnn_run_options(
  struct_size: MemoryLayout<hqnn_run_options>.size, method: HQNN_METHOD_AUTOMATIC,
  differentiation: HQNN_DIFF_ADJOINT, step: 1e-4, shots: 0, seed: 0, trajectories: 1000, directions: 1)

func runOptions(_ given: UnsafePointer<hqnn_run_options>?) throws -> RunOptions {
  try runOptions(try options(given, defaults: runDefaults))
}

func runOptions(_ given: hqnn_run_options) throws -> RunOptions {
  guard let method = RunMethod(rawValue: UInt32(given.method.rawValue)) else {
    throw EngineError.value(
      "method is \(given.method.rawValue); it must be HQNN_METHOD_AUTOMATIC ... HQNN_METHOD_TRAJECTORIES")
  }
  guard let differentiation = Differentiation(rawValue: UInt32(given.differentiation.rawValue)) else {
    throw EngineError.value(
      "differentiation is \(given.differentiation.rawValue); it must be HQNN_DIFF_ADJOINT ... HQNN_DIFF_GENERAL_SHIFT"
    )
  }
  let options = RunOptions(
    method: method, differentiation: differentiation, step: given.step, shots: Int(given.shots),
    seed: given.seed, trajectories: Int(given.trajectories), directions: Int(given.directions))
  try options.check()
  return options
}
