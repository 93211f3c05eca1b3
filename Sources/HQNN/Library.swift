// hqnn.h, "status and library".

import CHQNN
import Glibc
import Tensors

private let versionText = strdup(libraryVersion)!

@c @implementation
public func hqnn_version() -> UnsafePointer<CChar>? { UnsafePointer(versionText) }

@c @implementation
public func hqnn_abi_version() -> Int32 { Int32(HQNN_ABI_VERSION) }

@c @implementation
public func hqnn_build_info() -> UnsafePointer<CChar>? { UnsafePointer(buildInfoText) }

private let buildInfoText: UnsafeMutablePointer<CChar> =
  strdup("hqnn \(libraryVersion); \(instructionSet); oneDNN \(oneDNNVersion)")!

@c @implementation
public func hqnn_last_error() -> UnsafePointer<CChar>? { LastError.get }

@c @implementation
public func hqnn_threads_set(_ threads: Int64) -> hqnn_status {
  status {
    guard threads >= 1 && threads <= 4096 else {
      throw EngineError.value("threads is \(threads); it must be in 1..4096")
    }
    try Fork.check(threads: threads)
    Parallel.setThreads(Int(threads))
  }
}

@c @implementation
public func hqnn_threads_get() -> Int64 { Int64(Parallel.threads) }

@c @implementation
public func hqnn_memory_used() -> Int64 { Int64(tensorBytesInUse()) }

@c @implementation
public func hqnn_text_release(_ text: UnsafeMutablePointer<CChar>?) { free(text) }
