// Tables: rules, terminal text, CSV, writing.

import Foundation
import Records
import Tensors
import Testing

@Suite struct TableTests {
  let folder = TemporaryFolder()

  @Test func columnsAndRowsAreChecked() throws {
    #expect(message { _ = try Table(columns: []) } == "a table needs at least one column")
    #expect(message { _ = try Table(columns: ["a", ""]) } == "the name of column 1 is empty")
    #expect(
      message { _ = try Table(columns: ["a", "b", "a"]) }
        == "two columns are named 'a'; names must be distinct")
    #expect(
      message { try Table(columns: ["a"]).add([1.0, 2.0]) }
        == "a row of 2 cells in a table of 1 columns")
    #expect(
      message { _ = try Table(columns: ["a"]).formatted(digits: 18) }
        == "digits is 18; it must be in 0..17")
  }

  @Test func textIsAligned() throws {
    let results = try table(
      ["model", "epochs", "accuracy"],
      [
        ["QuNN", 30.0, 0.97125], ["a longer name", 5.0, .number(.nan)],
        ["tab\there", 100.0, -1.5],
      ])
    #expect(
      try results.formatted(digits: 3) == """
        model          epochs  accuracy
        -------------  ------  --------
        QuNN               30     0.971
        a longer name       5       nan
        tab\\there         100    -1.500

        """)
  }

  @Test func onlyCountsGoWithoutDigits() throws {
    let text = try table(["share", "count"], [[0.0, 0.0], [1.0, 2.0]]).formatted(digits: 1)
    #expect(text == "share  count\n-----  -----\n  0.0      0\n  1.0      2\n")
  }

  @Test func emptyTablesShowTheirNames() throws {
    #expect(try table(["a", "bcd"], []).formatted(digits: 2) == "a  bcd\n-  ---\n")
  }

  @Test func unicodeCountsAsItIsRead() throws {
    let text = try table(["ε", "d"], [["é", "x"], ["zz", "y"]]).formatted(digits: 2)
    #expect(text == "ε   d\n--  -\né   x\nzz  y\n")
  }

  @Test func digitsAreRounded() throws {
    let text = try table(["x"], [[0.125], [0.375], [2.0]]).formatted(digits: 2)
    #expect(text == "   x\n----\n0.12\n0.38\n2.00\n")
    let long = try table(["x"], [[-1e300], [0.5]]).formatted(digits: 17)
    #expect(long.contains("-1000000000000000052504760255204420248704468581108159154915854115511"))
    #expect(long.contains(" 0.50000000000000000\n"))
  }

  @Test func csvQuotesWhatRFC4180Asks() throws {
    let odd = [
      "plain", "a,b", "say \"hi\"", "two\nlines", "cr\rlf\r\n", " padded ", "", "ε=0.1", "\"",
    ]
    let written = try table(["name", "x,y"], odd.map { [.text($0), 1.0] }).csv
    #expect(written.hasPrefix("name,\"x,y\"\nplain,1\n\"a,b\",1\n\"say \"\"hi\"\"\",1\n"))
    #expect(parseCSV(written) == [["name", "x,y"]] + odd.map { [$0, "1"] })
  }

  @Test func csvNumbersReadBackAsThemselves() throws {
    var stream = RandomStream(seed: 11, purpose: .tensor)
    var numbers: [Double] = [
      0, 1, -1, 0.1, 1.0 / 3, 1e16, 1e-300, .pi, 5e-324, .greatestFiniteMagnitude, 1234567, 100,
    ]
    for _ in 0..<2000 {
      let value = Double(bitPattern: UInt64(stream.next()) << 32 | UInt64(stream.next()))
      if value.isFinite { numbers.append(value) }
    }
    let lines = parseCSV(try table(["x"], numbers.map { [.number($0)] }).csv)
    for (number, line) in zip(numbers, lines.dropFirst()) { #expect(Double(line[0]) == number) }
    let special = try table(["x"], [[0.1], [3.0], [.number(.nan)], [.number(-.infinity)]])
    #expect(special.csv == "x\n0.1\n3\nnan\n-inf\n")
  }

  @Test func numbersDoNotFollowTheLocale() throws {
    // For this thread alone.  Where the locale is missing the test shows nothing.
    let comma = newlocale(Int32(1 << LC_NUMERIC), "de_DE.UTF-8", nil)
    guard let comma else { return }
    let before = uselocale(comma)
    defer {
      uselocale(before)
      freelocale(comma)
    }
    let results = try table(["x"], [[1.5]])
    #expect(try results.formatted(digits: 2) == "   x\n----\n1.50\n")
    #expect(results.csv == "x\n1.5\n")
  }

  @Test func writingMakesFoldersAndLeavesNothingElse() throws {
    try table(["x"], [[1.0]]).writeCSV(to: folder.path + "/a/b/c.csv")
    #expect(folder.files == ["a", "a/b", "a/b/c.csv"])
    try table(["x"], [[2.0]]).writeCSV(to: folder.path + "/a/b/c.csv")
    #expect(folder.content("a/b/c.csv") == "x\n2\n")
    #expect(folder.files == ["a", "a/b", "a/b/c.csv"])
  }

  @Test func unwritablePathsAreNamed() throws {
    let results = try table(["x"], [[1.0]])
    try results.writeCSV(to: folder.path + "/file")
    #expect(
      message { try results.writeCSV(to: folder.path + "/file/x.csv") }
        == "\(folder.path)/file/x.csv: cannot be written: \(folder.path)/file is not a folder")
    #expect(message { try results.writeCSV(to: "") } == "the path '' does not name a file")
    #expect(
      message { try results.writeCSV(to: folder.path + "/") }
        == "the path '\(folder.path)/' does not name a file")
    #expect(
      message { try results.writeCSV(to: folder.path) }.hasSuffix(
        "cannot be written: Is a directory"))
    #expect(
      message { try results.writeCSV(to: "/proc/none/x.csv") }.hasPrefix(
        "/proc/none/x.csv: cannot be written: "))
    #expect(folder.files == ["file"])
  }
}
