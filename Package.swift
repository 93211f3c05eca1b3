// swift-tools-version: 6.0
import PackageDescription

// The modules call in one direction only: HQNN → Robustness → Learning → Quantum →
// Circuits → Tensors, with Analysis beside Learning, and Data and Records beside them.  LuaBinding and hqlua see nothing but the C header (CHQNN).
let package = Package(
  name: "hqnn",
  products: [
    .library(name: "hqnn", type: .dynamic, targets: ["HQNN"]),
    .library(name: "hqnnlua", type: .dynamic, targets: ["LuaModule"]),
    .executable(name: "hqlua", targets: ["hqlua"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .systemLibrary(name: "CHQNN", path: "include"),
    .systemLibrary(name: "CLua"),
    .systemLibrary(name: "COneDNN"),
    .systemLibrary(name: "COpenMP"),
    .systemLibrary(name: "CZlib"),

    .target(name: "Tensors", dependencies: ["COneDNN", "COpenMP"]),
    .target(name: "Circuits", dependencies: ["Tensors"]),
    .target(name: "StateVectors", dependencies: ["Circuits", "COpenMP", "Tensors"]),
    .target(name: "Quantum", dependencies: ["Circuits", "StateVectors", "Tensors"]),
    .target(name: "Analysis", dependencies: ["Circuits", "Quantum", "Tensors"]),
    .target(name: "Learning", dependencies: ["Circuits", "Quantum", "Tensors"]),
    .target(name: "Robustness", dependencies: ["Circuits", "Learning", "Quantum", "Tensors"]),
    .target(name: "CDigits"),
    .target(name: "CPNG", linkerSettings: [.linkedLibrary("png16")]),
    .target(name: "Data", dependencies: ["CDigits", "CPNG", "CZlib", "Tensors"]),
    .target(name: "Records", dependencies: ["CZlib", "Tensors"]),
    .target(
      name: "HQNN",
      dependencies: ["CHQNN", "Analysis", "Circuits", "Data", "Learning", "Quantum", "Records", "Robustness", "StateVectors", "Tensors"],
      exclude: ["exports.map"],
      linkerSettings: [
        .unsafeFlags([
          "-static-stdlib", "-Xlinker", "--version-script=Sources/HQNN/exports.map",
          "-Xlinker", "-soname=libhqnn.so.0",
        ])
      ]),
    .target(name: "LuaTrampoline", dependencies: ["CLua"]),
    .target(name: "LuaBinding", dependencies: ["CHQNN", "CLua", "LuaTrampoline"]),
    .target(
      name: "LuaModule", dependencies: ["LuaBinding"],
      linkerSettings: [
        .linkedLibrary("hqnn"),
        .unsafeFlags(["-static-stdlib", "-Xlinker", "-rpath=$ORIGIN/../.."]),
      ]),
    .target(name: "CHost", linkerSettings: [.linkedLibrary("edit")]),
    .executableTarget(
      name: "hqlua",
      dependencies: ["CHost", "LuaBinding", "LuaTrampoline", .product(name: "ArgumentParser", package: "swift-argument-parser")],
      linkerSettings: [
        .linkedLibrary("hqnn"), .linkedLibrary("lua5.4"),
        .unsafeFlags(["-Xlinker", "-rpath=$ORIGIN/../lib"]),
      ]),

    // One test target per module; Tests/lua and Tests/c hold the clients in Lua and C.
    .testTarget(name: "TensorsTests", dependencies: ["Tensors"]),
    .testTarget(name: "CircuitsTests", dependencies: ["Circuits", "Tensors"]),
    .testTarget(name: "StateVectorsTests", dependencies: ["Circuits", "StateVectors", "Tensors"]),
    .testTarget(name: "QuantumTests", dependencies: ["Circuits", "Quantum", "Tensors"]),
    .testTarget(name: "AnalysisTests", dependencies: ["Analysis", "Circuits", "Quantum", "Tensors"]),
    .testTarget(name: "LearningTests", dependencies: ["Circuits", "Learning", "Quantum", "Tensors"]),
    .testTarget(
      name: "RobustnessTests", dependencies: ["Circuits", "Robustness", "Learning", "Quantum", "Tensors"]),
    .testTarget(name: "DataTests", dependencies: ["Data", "Tensors"]),
    .testTarget(name: "RecordsTests", dependencies: ["CZlib", "Records", "Tensors"]),
    // A client of the library itself, as C programs are; `make test` says where it lies.
    .testTarget(
      name: "HQNNTests", dependencies: ["CHQNN"], linkerSettings: [.linkedLibrary("hqnn")]),
  ],
  swiftLanguageModes: [.v5]
)
