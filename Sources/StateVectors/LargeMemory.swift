// Memory for states: asked from the system in large pages, after looking whether there is enough.

import Glibc
import Tensors

/// A block of zeroed memory, given back when released.
package final class LargeMemory: @unchecked Sendable {
  package let pointer: UnsafeMutableRawPointer
  package let bytes: Int

  /// Throws when less is free.  `what` says what it is for: "a state of 30 wires".
  package init(bytes: Int, for what: @autoclosure () -> String) throws {
    try Self.check([bytes], for: what())
    let block = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let block, block != MAP_FAILED else {
      throw EngineError.memory("\(what()) needs \(Self.describe(bytes)), which the system does not give")
    }
    // Without large pages, walking over far apart amplitudes is a walk over page tables.
    if bytes >= 4 << 20 { _ = madvise(block, bytes, 14) }  // MADV_HUGEPAGE
    // Every page is touched, so that what is promised here is no longer free for the next one who asks.
    Parallel.ranges((bytes + 4095) / 4096, grain: 1 << 14) { _, range in
      for page in range { block.storeBytes(of: 0, toByteOffset: page * 4096, as: UInt8.self) }
    }
    pointer = block
    self.bytes = bytes
  }

  deinit { munmap(pointer, bytes) }

  /// Throws when the product of these numbers, in bytes, is not free.
  package static func check(_ factors: [Int], for what: @autoclosure () -> String) throws {
    let bytes = factors.reduce(1) { $0.multipliedReportingOverflow(by: $1).overflow ? .max : $0 * $1 }
    // Only large blocks are worth a look at what the system has left.
    if bytes > 64 << 20, let free = available(), bytes > free - (64 << 20) {
      throw EngineError.memory("\(what()) needs \(describe(bytes)), of memory there are \(describe(free)) free")
    }
  }

  /// Bytes that can be had without swapping: what the system has, or what the control group still allows; nil
  /// where the system does not say.
  package static func available() -> Int? {
    var free: Int?
    if let file = fopen("/proc/meminfo", "r") {
      defer { fclose(file) }
      var line = [CChar](repeating: 0, count: 256)
      while fgets(&line, 256, file) != nil {
        let text = String(cString: line)
        guard text.hasPrefix("MemAvailable:") else { continue }
        let digits = text.filter { $0.isASCII && $0.isNumber }
        free = Int(digits).map { $0 << 10 }
      }
    }
    if let limit = number(in: "/sys/fs/cgroup/memory.max"), let used = number(in: "/sys/fs/cgroup/memory.current") {
      free = min(free ?? .max, max(0, limit - used))
    }
    return free
  }

  private static func number(in path: String) -> Int? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 64)
    guard fgets(&line, 64, file) != nil else { return nil }
    return Int(String(cString: line).filter { $0.isNumber })
  }

  /// "17,179,869,184 bytes"
  package static func describe(_ bytes: Int) -> String {
    if bytes == .max { return "more than 9e18 bytes" }
    var text = ""
    for (index, digit) in String(bytes).reversed().enumerated() {
      if index > 0 && index % 3 == 0 { text = "," + text }
      text = String(digit) + text
    }
    return text + " bytes"
  }
}
