// hqlua data: which public data sets are on this machine, whether their files are the official ones, and
// fetching them.

import ArgumentParser
import CHQNN
import Glibc

struct DataSets: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Lists, checks and fetches public data sets.",
    discussion: "They lie in one folder each below $HQNN_DATA, or below --root.",
    subcommands: [List.self, Check.self, Get.self])

  struct Place: ParsableArguments {
    @Option(help: "The folder with the data sets, instead of $HQNN_DATA.")
    var root: String?
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the known sets: what is there, how many samples, how large.")
    @OptionGroup var place: Place

    func run() throws {
      if place.root == nil, getenv("HQNN_DATA") == nil { print("HQNN_DATA is not set: nothing was looked for.") }
      try show { hqnn_data_list(place.root, $0) }
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Compares the files of a set with the published checksums.",
      discussion: "Exit status 1 when a file is missing or not the official one.")
    @Argument(help: "The set, as in `hqlua data list`.")
    var name: String
    @OptionGroup var place: Place

    func run() throws {
      let text = try show { hqnn_data_check(name, place.root, $0) }
      if text.contains("missing") || text.contains("not the official file") { throw ExitCode(1) }
    }
  }

  struct Get: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Fetches with curl what is missing of a set, and verifies its checksum.")
    @Argument(help: "The set, as in `hqlua data list`.")
    var name: String
    @Option(help: "The address of a folder on another server with the same files.")
    var url: String?
    @OptionGroup var place: Place

    func run() throws {
      var folder: UnsafeMutablePointer<CChar>?
      let tell: hqnn_fetch_callback = { _, address in
        if let address { fputs("fetching \(String(cString: address))\n", stderr) }
        return 0
      }
      try check(hqnn_data_get(name, place.root, url, tell, nil, &folder))
      if let folder { print("\(name) is in \(String(cString: folder))") }
      hqnn_text_release(folder)
    }
  }
}

/// Prints a table that the library makes; its text.
@discardableResult
private func show(_ make: (UnsafeMutablePointer<OpaquePointer?>) -> hqnn_status) throws -> String {
  let table = try made(make)
  defer { hqnn_table_release(table) }
  var text: UnsafeMutablePointer<CChar>?
  try check(hqnn_table_format(table, 1, &text))
  defer { hqnn_text_release(text) }
  let shown = text.map { String(cString: $0) } ?? ""
  print(shown, terminator: "")
  return shown
}
