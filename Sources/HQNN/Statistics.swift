// hqnn.h, "statistics".

import CHQNN
import Data
import Learning
import Tensors

@c @implementation
public func hqnn_dataset_folds(
  _ dataset: OpaquePointer?, _ folds: Int64, _ stratified: Int32, _ seed: UInt64, _ out: UnsafeMutablePointer<Int64>?,
  _ capacity: Int64
) -> hqnn_status {
  status {
    let out = try place(out)
    let dataset = try borrow(dataset, "dataset", as: Dataset.self)
    guard capacity >= dataset.count else {
      throw EngineError.value("capacity is \(capacity); \(dataset.count) numbers need room")
    }
    let numbers = try foldNumbers(dataset.labels, folds: Int(folds), stratified: stratified != 0, seed: seed)
    for (i, number) in numbers.enumerated() { out[i] = Int64(number) }
  }
}

@c @implementation
public func hqnn_stats_paired_t(
  _ a: UnsafePointer<Double>?, _ b: UnsafePointer<Double>?, _ count: Int64, _ out: UnsafeMutablePointer<hqnn_test_result>?
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = hqnn_test_result(try pairedT(array(a, count, "a"), array(b, count, "b")))
  }
}

@c @implementation
public func hqnn_stats_wilcoxon(
  _ a: UnsafePointer<Double>?, _ b: UnsafePointer<Double>?, _ count: Int64, _ out: UnsafeMutablePointer<hqnn_test_result>?
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = hqnn_test_result(try wilcoxon(array(a, count, "a"), array(b, count, "b")))
  }
}

@c @implementation
public func hqnn_stats_mcnemar(
  _ onlyFirst: Int64, _ onlySecond: Int64, _ out: UnsafeMutablePointer<hqnn_test_result>?
) -> hqnn_status {
  status {
    let out = try place(out)
    guard max(onlyFirst, onlySecond) <= 1 << 60 else {
      throw EngineError.value("the counts are \(onlyFirst) and \(onlySecond); they are too large")
    }
    out.pointee = hqnn_test_result(try mcNemar(first: Int(onlyFirst), second: Int(onlySecond)))
  }
}

extension hqnn_test_result {
  fileprivate init(_ result: TestResult) {
    self.init(
      statistic: result.statistic, p_value: result.pValue, degrees: result.degrees, exact: result.isExact ? 1 : 0)
  }
}
