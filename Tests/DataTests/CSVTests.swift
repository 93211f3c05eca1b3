// Tables as text: forms, columns, labels, and what is refused with line and column.

import Data
import Tensors
import Testing

@Suite struct CSVTests {
  let folder = TemporaryFolder()

  private func read(_ text: String, _ change: (inout CSV.Options) -> Void = { _ in }) throws -> Dataset {
    var options = CSV.Options()
    change(&options)
    return try CSV.dataset(folder.write("t.csv", Array(text.utf8)), options)
  }

  /// The same table in many forms.
  static let forms: [(String, String)] = [
    ("plain", "1,2,0\n3,4.5,1\n"),
    ("header", "a,b,label\n1,2,0\n3,4.5,1\n"),
    ("no last line end", "1,2,0\n3,4.5,1"),
    ("CR LF", "1,2,0\r\n3,4.5,1\r\n"),
    ("empty lines", "\n\n1,2,0\n\n3,4.5,1\n\n"),
    ("quotes", "\"a\",\"b, or \"\"c\"\"\",\"l\"\n\"1\",2,\"0\"\n3,\"4.5\",1\n"),
    ("spaces", " 1 , 2,0\n3,\t4.5 ,1 \n"),
    ("byte order mark", "\u{FEFF}1,2,0\n3,4.5,1\n"),
    ("exponents", "1e0,+2,0\n.3E1,45e-1,1\n"),
  ]

  @Test(arguments: forms) func formsAreUnderstood(form: String, text: String) throws {
    let set = try read(text)
    #expect(set.samples.shape == [2, 2], "\(form)")
    #expect(set.samples.doubles == [1, 2, 3, 4.5], "\(form)")
    #expect(set.labels == [0, 1] && set.classes == 2, "\(form)")
  }

  @Test func compressedFilesAreRead() throws {
    #expect(try CSV.dataset(folder.write("t.csv.gz", gzip(Array("1,0\n2,1\n".utf8)))).count == 2)
  }

  @Test func columnsAreChosenByNameAndNumber() throws {
    let text = "id;kind;x;y\n7;b;1;2\n8;a;3;4\n9;b;5;6\n"
    let semicolon: (inout CSV.Options) -> Void = { $0.delimiter = UInt8(ascii: ";") }
    let set = try read(text) { semicolon(&$0); $0.label = .name("kind"); $0.ignored = [.name("id")] }
    #expect(set.samples.doubles == [1, 2, 3, 4, 5, 6])
    #expect(set.labels == [1, 0, 1] && set.classNames == ["a", "b"])
    let byNumber = try read(text) { semicolon(&$0); $0.label = .number(1) }
    #expect(byNumber.samples.shape == [3, 3] && byNumber.labels == [1, 0, 1])
    let targets = try read(text) { semicolon(&$0); $0.targets = [.name("y"), .name("x")]; $0.ignored = [.name("kind")] }
    #expect(targets.targets?.doubles == [2, 1, 4, 3, 6, 5])
    #expect(targets.samples.doubles == [7, 8, 9] && !targets.hasLabels && targets.classes == 0)
    #expect(message { _ = try read(text) { semicolon(&$0); $0.label = .name("kin") } }.hasSuffix(
      "there is no column 'kin' (did you mean 'kind'?)"))
    #expect(message { _ = try read(text) { semicolon(&$0); $0.label = .number(4) } }.hasSuffix(
      "there is no column 4; columns are 0..3"))
    #expect(message { _ = try read("1,2\n") { $0.label = .name("a") } }.hasSuffix(
      "there is no column 'a': the file has no line with column names"))
  }

  @Test func labelsBecomeClasses() throws {
    #expect(try read("1,2\n1,0\n").classes == 3)
    let signs = try read("1,-1\n2,1\n3,-1\n")
    #expect(signs.labels == [0, 1, 0] && signs.classNames == ["-1", "1"])
    let sizes = try read("1,10.5\n2,9.5\n")
    #expect(sizes.labels == [1, 0] && sizes.classNames == ["9.5", "10.5"])
    let words = try read("1,Iris-virginica\n2,Iris-setosa\n")
    #expect(words.labels == [1, 0] && words.classNames == ["Iris-setosa", "Iris-virginica"])
  }

  /// The text and what the message says behind the file's name.
  static let refused: [(String, String)] = [
    ("", ":1: the file has no lines"),
    ("a,b\n", ":1: nothing follows the line with the column names"),
    ("1,2,0\n3,4\n", ":2: 2 fields; the lines before it have 3"),
    ("1,2,0\n3,,1\n", ":2: column 2: the value is missing; fill it in or leave the line out"),
    ("x,y,z\n1,2,0\n3,NaN,1\n", ":3: column 2 (y): the value is missing ('NaN'); fill it in or leave the line out"),
    ("1,2,0\n3,4,\n", ":2: column 3: the value is missing; fill it in or leave the line out"),
    ("1,2,0\n\n\n3,four,1\n", ":4: column 2: 'four' is not a number"),
    ("1,2,0\n3,inf,1\n", ":2: column 2: 'inf' is not a number"),
    ("1,2,0\n3,0x10,1\n", ":2: column 2: '0x10' is not a number"),
    ("1,2,0\n3,1e39,1\n", ":2: column 2: 1e39 is too large for float32"),
    ("1,2,0\n3,\"4,1\n", ":2: column 2: a quote is opened and never closed"),
    ("1,2,0\n\"3\"4,4,1\n", ":2: column 1: letters follow after a closing quote"),
    ("1,2,0\n3,\0,1\n", ":2: column 2: a zero byte; this is no text file"),
    ("1\n2\n", ": of 1 columns none is left as a feature"),
  ]

  @Test(arguments: refused) func mistakesAreNamedWithLineAndColumn(text: String, expected: String) {
    let path = folder.write("t.csv", Array(text.utf8))
    #expect(message { _ = try CSV.dataset(path) } == path + expected)
  }
}
