// Curves: the files beside each other, the script, bad columns, a missing gnuplot.

import Foundation
import Records
import Tensors
import Testing

private func curves(
  panels: [String] = ["FGSM", "PGD"], models: [String] = ["QuNN zz_full", "CNN"]
) throws -> Table {
  let result = try Table(columns: ["attack", "model", "eps", "accuracy", "deviation"])
  for (p, panel) in panels.enumerated() {
    for (m, model) in models.enumerated() {
      for step in 0...7 {
        let eps = Double(step) * 0.05
        let fall = Double(1 + p) * (2 + Double(m))
        try result.add([
          .text(panel), .text(model), .number(eps), .number(0.97 * exp(-fall * eps)),
          .number(0.01 + 0.05 * eps),
        ])
      }
    }
  }
  return result
}

@Suite struct PlotTests {
  let folder = TemporaryFolder()
  static let all = ["p.csv", "p.gp", "p.png", "p.svg"]

  @Test func writesFourFilesAndNothingElse() throws {
    let plot = Plot(
      title: "Under attack", x: "eps", y: "accuracy", error: "deviation", series: "model",
      panel: "attack")
    try curves().plot(plot, stem: folder.path + "/sub/p")
    #expect(folder.files == ["sub"] + Self.all.map { "sub/" + $0 })
    let svg = folder.content("sub/p.svg")
    for text in ["</svg>", "Under attack", "QuNN zz_full", "CNN", "FGSM", "PGD", "eps", "accuracy"] {
      let isShown = svg.contains(text)
      #expect(isShown, "\(text)")
    }
    #expect(folder.content("sub/p.csv") == (try curves().csv))
    let png = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/sub/p.png"))
    #expect(png.prefix(4) == Data([0x89, 0x50, 0x4e, 0x47]))
    #expect(png.suffix(8).prefix(4) == Data("IEND".utf8))
  }

  @Test func everyPointIsDrawnAndNoOther() throws {
    // Two panels, two curves, eight points each, and one of each marker in the legend.
    let plot = Plot(x: "eps", y: "accuracy", series: "model", panel: "attack")
    try curves().plot(plot, stem: folder.path + "/p")
    let markers = folder.content("p.svg").components(separatedBy: "<use xlink:href='#gpPt")
      .filter { $0.contains("transform='translate(") && $0.contains("color=") }
    #expect(markers.count == 2 * 2 * 8 + 2)
  }

  @Test func theScriptRunsAgainFromItsFolder() throws {
    let plot = Plot(x: "eps", y: "accuracy", series: "model", panel: "attack")
    try curves().plot(plot, stem: folder.path + "/p")
    for name in ["p.svg", "p.png"] {
      try FileManager.default.removeItem(atPath: folder.path + "/" + name)
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gnuplot", "p.gp"]
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(folder.files == Self.all)
  }

  /// Names that gnuplot or a shell might take for something else.
  @Test(arguments: ["it's", "<ls", "|cat", "a  b", "~x", "ε", "100%", "$HOME", "`ls`", "a_b^{c}", "'`ls`\\n"])
  func oddNamesStayNames(name: String) throws {
    let plot = Plot(
      title: name, x: "eps", y: "accuracy", series: "model", panel: "attack", xLabel: name,
      yLabel: name)
    try curves(panels: ["'" + name], models: [name, "a b"]).plot(
      plot, stem: folder.path + "/" + name + "/" + name)
    #expect(folder.files == [name] + ["csv", "gp", "png", "svg"].map { "\(name)/\(name).\($0)" })
    let isShown = folder.content("\(name)/\(name).svg").contains(
      name.replacingOccurrences(of: "<", with: "&lt;"))
    #expect(isShown)
  }

  @Test func oneCurveOnePointAndGapsAreDrawn() throws {
    try table(["x", "y"], [[1.0, 2.0]]).plot(Plot(x: "x", y: "y"), stem: folder.path + "/p")
    #expect(folder.files == Self.all)
    let gaps = try table(
      ["x", "y", "e"],
      [
        [0.0, 0.0, .number(.nan)], [1.0, .number(.nan), 0.1], [.number(.nan), 1.0, 0.1],
        [2.0, .number(.infinity), 0.1], [3.0, 3.0, 0.1],
      ])
    try gaps.plot(Plot(x: "x", y: "y", error: "e"), stem: folder.path + "/p")
    #expect(folder.content("p.svg").contains("</svg>"))
  }

  @Test func namesWithCommasAreRefused() throws {
    let plot = Plot(x: "eps", y: "accuracy", series: "model")
    let table = try curves(models: ["deep, wide", "CNN"])
    let error = #expect(throws: EngineError.self) { try table.plot(plot, stem: folder.path + "/p") }
    #expect(error?.message == "'deep, wide' names a curve or panel and holds a comma, which gnuplot cannot read there")
  }

  @Test func logarithmicAxesAndPointsAlone() throws {
    let table = try Table(columns: ["n", "variance", "error", "kind"])
    for n in 1...8 {
      try table.add([.number(Double(n)), .number(pow(0.3, Double(n))), .number(n == 8 ? 1 : pow(0.2, Double(n))), .text("a")])
    }
    var plot = Plot(x: "n", y: "variance", series: "kind")
    (plot.logX, plot.logY, plot.points) = (true, true, true)
    try table.plot(plot, stem: folder.path + "/p")
    let script = folder.content("p.gp")
    #expect(script.contains("\n  set logscale x") || script.contains("\nset logscale x"))
    #expect(script.contains("with points linetype s"))
    let markers = folder.content("p.svg").components(separatedBy: "<use xlink:href='#gpPt")
      .filter { $0.contains("transform='translate(") && $0.contains("color=") }
    #expect(markers.count == 8 + 1)
    // A bar that reaches below 0 is no mistake.
    plot.error = "error"
    try table.plot(plot, stem: folder.path + "/p")
    try table.add([.number(9), .number(0), .number(0), .text("a")])
    #expect(throws: EngineError.self) { try table.plot(plot, stem: folder.path + "/p") }
    let message = #expect(throws: EngineError.self) { try table.plot(plot, stem: folder.path + "/q") }
    #expect(message?.message == "column 'variance' is 0.0 in row 8; a logarithmic axis takes values above 0")
  }

  @Test func numbersMayNameCurves() throws {
    let results = try table(
      ["eps", "epoch", "loss"],
      [[0.1, 1.0, 2.0], [0.1, 2.0, 1.5], [0.25, 1.0, 1.0], [0.25, 2.0, 3.0]])
    try results.plot(Plot(x: "epoch", y: "loss", series: "eps"), stem: folder.path + "/p")
    #expect(folder.content("p.svg").contains("0.25"))
  }

  @Test func badColumnsAreNamed() throws {
    let results = try curves()
    let stem = folder.path + "/p"
    let said = { (table: Table, plot: Plot) in message { try table.plot(plot, stem: stem) } }
    #expect(
      said(results, Plot(x: "epz", y: "accuracy"))
        == "there is no column 'epz' (did you mean 'eps'?); the columns are attack, model, eps, accuracy, deviation")
    #expect(
      said(results, Plot(x: "model", y: "accuracy"))
        == "column 'model' has the text 'QuNN zz_full' in row 0; it must be a column of numbers")
    #expect(
      said(try table(["x", "y", "e"], [[1.0, 1.0, -2.0]]), Plot(x: "x", y: "y", error: "e"))
        == "column 'e' is -2.0 in row 0; half-lengths are 0 or more")
    #expect(
      said(try table(["x", "y"], [[.number(.nan), 1.0]]), Plot(x: "x", y: "y"))
        == "there is nothing to draw: no row has finite 'x' and 'y'")
    #expect(
      said(try curves(models: ["a \"b\""]), Plot(x: "eps", y: "accuracy", series: "model"))
        == "'a \"b\"' holds a double quote or a control character, which gnuplot cannot read from a table")
    #expect(
      message { try results.plot(Plot(x: "eps", y: "accuracy"), stem: folder.path + "/") }
        == "the path '\(folder.path)/' does not name a file")
    #expect(folder.files.isEmpty)
  }

  @Test func withoutGnuplotTheMessageSaysWhatToInstall() throws {
    let stem = folder.path + "/p"
    #expect(
      message { try curves().plot(Plot(x: "eps", y: "accuracy"), stem: stem, searching: folder.path) }
        == "gnuplot is not on the PATH: install it (Debian package gnuplot-nox), then run it on \(stem).gp")
    #expect(folder.files == ["p.csv", "p.gp"])
  }

  @Test func whatGnuplotSaysIsPassedOn() throws {
    let program = folder.path + "/gnuplot"
    try "#!/bin/sh\necho 'line 3: out of ink' >&2\nexit 1\n".write(
      toFile: program, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    let stem = folder.path + "/p"
    #expect(
      message { try curves().plot(Plot(x: "eps", y: "accuracy"), stem: stem, searching: folder.path) }
        == "gnuplot could not draw \(stem).gp: line 3: out of ink")
    #expect(folder.files == ["gnuplot", "p.csv", "p.gp"])
  }
}
