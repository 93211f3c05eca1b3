// hqlua bench: measures the engine on the workloads that other libraries were measured on, one JSON line
// per measurement.  The workloads themselves are in the other Bench files.

import ArgumentParser
import CHQNN
import Glibc

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures the engine's speed, one JSON line per measurement.",
    discussion: """
      Workloads: \(Workload.all.map { "\($0.name) (\($0.summary))" }.joined(separator: ", ")).
      Inputs come from a fixed generator, so that `check` can be compared between programs. \
      Measure on an idle machine: `other_cpu` says how many cores others kept busy.
      """)

  @Argument(help: "Workloads to run; all without a name.")
  var workloads: [String] = []

  @Flag(help: "Two repetitions of everything: a smoke test.")
  var quick = false

  @Option(help: "Threads to use; OMP_NUM_THREADS or all cores without it.")
  var threads: Int?

  func validate() throws {
    for name in workloads where Workload.named(name) == nil {
      throw ValidationError(
        "unknown workload '\(name)'; there are \(Workload.all.map(\.name).joined(separator: ", "))")
    }
  }

  func run() throws {
    if let threads { try check(hqnn_threads_set(Int64(threads))) }
    let meter = Meter(quick: quick)
    let chosen = workloads.isEmpty ? Workload.all : workloads.compactMap(Workload.named)
    for workload in chosen { try workload.run(meter) }
  }
}

/// A workload by the name used on the command line.
struct Workload {
  let name: String
  let summary: String
  let run: (Meter) throws -> Void

  static let all = [
    Workload(name: "w1", summary: "quanvolution, forward", run: benchQuanvolution),
    Workload(name: "w2", summary: "training step of a hybrid network, beside classical twins", run: benchHybridStep),
    Workload(name: "w3", summary: "training step with an amplitude-embedded head", run: benchAmplitudeStep),
    Workload(name: "w4", summary: "PGD through a quanvolution", run: benchAttack),
    Workload(name: "attacks", summary: "time per adversarial example of each kind of attack", run: benchAttacks),
    Workload(name: "w5", summary: "one large state, forward and gradient", run: benchLargeStates),
    Workload(name: "w5c", summary: "single gates on 24 qubits beside the memory's stream", run: benchSingleGates),
    Workload(name: "w5d", summary: "random two-qubit unitaries", run: benchUnstructured),
    Workload(name: "w6", summary: "parameter-shift gradients", run: benchShifts),
    Workload(name: "w7", summary: "depolarizing noise behind every gate, exact", run: benchNoise),
    Workload(name: "w8", summary: "training steps of classical networks", run: benchClassicalStep),
    Workload(name: "loader", summary: "steps inside a fit beside the same on one batch", run: benchLoader),
    Workload(name: "memory", summary: "resident memory over 10,000 training steps", run: benchMemory),
    Workload(name: "step", summary: "training steps of a quanvolutional network, batch 4", run: benchSteps),
  ]

  static func named(_ name: String) -> Workload? { all.first { $0.name == name.lowercased() } }
}

/// The library's last error as a Swift error.
struct LibraryError: Error, CustomStringConvertible {
  let description = String(cString: hqnn_last_error())
}

func check(_ status: hqnn_status) throws {
  if status != HQNN_OK { throw LibraryError() }
}

/// The object that a creating function gives.
func made(_ create: (UnsafeMutablePointer<OpaquePointer?>) -> hqnn_status) throws -> OpaquePointer {
  var out: OpaquePointer?
  try check(create(&out))
  guard let out else { throw LibraryError() }
  return out
}
