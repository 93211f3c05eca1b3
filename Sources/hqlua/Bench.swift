// hqlua bench: measures the engine on the workloads that other libraries were measured on.

import ArgumentParser

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Measures the engine's speed.")

  func run() throws {}
}
