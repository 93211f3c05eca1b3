// What every exported function uses: borrowing handles, giving results, turning errors into a status.
// The functions themselves are in the other files of this folder, one per section of hqnn.h.

import CHQNN
import Glibc
import Tensors

/// Runs the body; a thrown error becomes a status and this thread's hqnn_last_error().
func status(_ body: () throws -> Void) -> hqnn_status {
  _ = Fork.watch
  do {
    try body()
    return HQNN_OK
  } catch let error as EngineError {
    LastError.set(error.message)
    return hqnn_status(rawValue: error.kind.rawValue)
  } catch {
    LastError.set("internal error: \(error)")
    return HQNN_ERROR_INTERNAL
  }
}

/// The object behind a handle, which stays the caller's.
func borrow<T: AnyObject>(_ handle: OpaquePointer?, _ what: String, as _: T.Type = T.self) throws -> T {
  guard let handle else { throw EngineError.null("\(what) is NULL") }
  return Unmanaged<T>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
}

/// Same, for a handle that may be NULL.
func borrowIfAny<T: AnyObject>(_ handle: OpaquePointer?, as _: T.Type = T.self) -> T? {
  guard let handle else { return nil }
  return Unmanaged<T>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
}

/// One more reference, given to the caller.
func handle<T: AnyObject>(_ object: T) -> OpaquePointer {
  OpaquePointer(Unmanaged.passRetained(object).toOpaque())
}

func retain<T: AnyObject>(_ handle: OpaquePointer?, _ what: String, as _: T.Type) throws {
  let object: T = try borrow(handle, what)
  _ = Unmanaged.passRetained(object)
}

func release<T: AnyObject>(_ handle: OpaquePointer?, as _: T.Type) {
  if let handle { Unmanaged<T>.fromOpaque(UnsafeRawPointer(handle)).release() }
}

/// The place that an out-parameter names.
func place<T>(_ out: UnsafeMutablePointer<T>?, _ what: String = "out") throws -> UnsafeMutablePointer<T> {
  guard let out else { throw EngineError.null("\(what) is NULL") }
  return out
}

/// A copy of a C array of `count` elements.
func array<T>(_ pointer: UnsafePointer<T>?, _ count: Int64, _ what: String) throws -> [T] {
  guard count >= 0 else { throw EngineError.value("the number of \(what) is \(count); it must be 0 or more") }
  if count == 0 { return [] }
  guard let pointer else { throw EngineError.null("\(what) is NULL but its length is \(count)") }
  return Array(UnsafeBufferPointer(start: pointer, count: Int(count)))
}

/// A C text.
func text(_ pointer: UnsafePointer<CChar>?, _ what: String) throws -> String {
  guard let pointer else { throw EngineError.null("\(what) is NULL") }
  return String(cString: pointer)
}

/// An array of C texts.
func texts(
  _ pointer: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int64, _ what: String
) throws -> [String] {
  try array(pointer, count, what).map { try text($0, "one of the \(what)") }
}

/// A text for the caller, freed by hqnn_text_release.
func give(text: String, to out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) throws {
  try place(out).pointee = strdup(text)
}

/// Fields of an option struct: the caller's as far as struct_size reaches, defaults beyond.
func options<T>(_ pointer: UnsafePointer<T>?, defaults: T) throws -> T {
  guard let pointer else { return defaults }
  let size = UnsafeRawPointer(pointer).load(as: Int.self)
  guard size >= MemoryLayout<Int>.size, size <= 4096 else {
    throw EngineError.value("struct_size is \(size); start the options from their initializer macro")
  }
  var result = defaults
  withUnsafeMutableBytes(of: &result) { bytes in
    bytes.baseAddress!.copyMemory(
      from: UnsafeRawPointer(pointer), byteCount: min(size, MemoryLayout<T>.size))
  }
  return result
}

/// The last error's text of each thread.
enum LastError {
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key) { free($0) }
    return key
  }()

  static func set(_ message: String) {
    free(pthread_getspecific(key))
    pthread_setspecific(key, strdup(message))
  }

  static var get: UnsafePointer<CChar> {
    guard let text = pthread_getspecific(key) else { return empty }
    return UnsafePointer(text.assumingMemoryBound(to: CChar.self))
  }

  private static let empty: UnsafePointer<CChar> = UnsafePointer(strdup("")!)
}
