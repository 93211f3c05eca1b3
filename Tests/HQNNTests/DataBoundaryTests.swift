// hqnn.h, "data" and "tables and curves", as a caller sees them.

import CHQNN
import Foundation
import Testing

@Suite struct DataBoundaryTests {
  @Test func aDataSetGivesBackWhatItGot() {
    let samples = tensor([1, 2, 3, 4, 5, 6], [3, 2])
    let set = made { hqnn_dataset_create(samples, [2, 0, 1], 3, 3, $0) }
    works(hqnn_tensor_set(samples, 0, 99))  // the set has its own copy
    hqnn_tensor_release(samples)
    var (count, classes): (Int64, Int64) = (0, 0)
    works(hqnn_dataset_count(set, &count))
    works(hqnn_dataset_classes(set, &classes))
    #expect(count == 3 && classes == 3)
    var labels = [Int64](repeating: -1, count: 3)
    works(hqnn_dataset_labels(set, &labels, 3))
    #expect(labels == [2, 0, 1])
    let part = made { hqnn_dataset_select(set, [2, 0], 2, $0) }
    let rows = made { hqnn_dataset_samples(part, $0) }
    #expect(values(rows) == [5, 6, 1, 2])
    [set, part].forEach(hqnn_dataset_release)
    hqnn_tensor_release(rows)
  }

  @Test func ordersArePermutationsOfTheWholeSet() {
    let (set, rest) = digits(train: 50, test: 10)
    defer { [set, rest].forEach(hqnn_dataset_release) }
    var (a, b) = ([Int64](repeating: -1, count: 50), [Int64](repeating: -1, count: 50))
    works(hqnn_dataset_order(set, 1, 0, &a, 50))
    works(hqnn_dataset_order(set, 1, 1, &b, 50))
    #expect(a.sorted() == Array(0..<50) && b.sorted() == Array(0..<50) && a != b)
  }

  @Test func subsetsOfClassesAreRenumbered() {
    let (whole, rest) = digits(train: 100, test: 10)
    defer { [whole, rest].forEach(hqnn_dataset_release) }
    let wanted: [Int64] = [6, 3]
    let part = wanted.withUnsafeBufferPointer { classes in
      var options = hqnn_subset_options(
        struct_size: MemoryLayout<hqnn_subset_options>.size, count: 8, balanced: 1, shuffle: 1,
        seed: 9, classes: classes.baseAddress, class_count: 2)
      return made { hqnn_dataset_subset(whole, &options, $0) }
    }
    defer { hqnn_dataset_release(part) }
    var classes: Int64 = 0
    works(hqnn_dataset_classes(part, &classes))
    var labels = [Int64](repeating: -1, count: 8)
    works(hqnn_dataset_labels(part, &labels, 8))
    #expect(classes == 2)
    #expect(labels.sorted() == [0, 0, 0, 0, 1, 1, 1, 1])
  }

  @Test func aTableIsFormattedWrittenAndDrawn() throws {
    let folder = NSTemporaryDirectory() + "hqnn-abi-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let names = ["model", "eps", "accuracy"].map { (name: String) in UnsafePointer(strdup(name)!) }
    defer { for name in names { free(UnsafeMutableRawPointer(mutating: name)) } }
    let table = made { hqnn_table_create(names.map { Optional($0) }, 3, $0) }
    defer { hqnn_table_release(table) }
    for eps in [0, 0.5] {
      let model: [UnsafePointer<CChar>?] = [names[0], nil, nil]
      works(hqnn_table_add(table, model, [0, eps, 1 - eps], 3))
    }
    var text: UnsafeMutablePointer<CChar>?
    works(hqnn_table_format(table, 1, &text))
    #expect(
      String(cString: text!)
        == "model  eps  accuracy\n-----  ---  --------\nmodel  0.0       1.0\nmodel  0.5       0.5\n")
    hqnn_text_release(text)

    works(hqnn_table_write_csv(table, folder + "/a/table.csv"))
    #expect(
      try String(contentsOfFile: folder + "/a/table.csv", encoding: .utf8)
        == "model,eps,accuracy\nmodel,0,1\nmodel,0.5,0.5\n")
    var options = hqnn_plot_options(
      struct_size: MemoryLayout<hqnn_plot_options>.size, title: nil, x: names[1],
      y: names[2], error: nil, series: names[0], panel: nil,
      x_label: nil, y_label: nil, log_x: 0, log_y: 0, points: 0)
    works(hqnn_table_plot(table, folder + "/curve", &options))
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(files == ["a", "curve.csv", "curve.gp", "curve.png", "curve.svg"])
  }
}
