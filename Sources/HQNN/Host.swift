// hqnn.h, "what a host may set": cancelling, messages, memory.

import CHQNN
import Glibc
import Tensors

@c @implementation
public func hqnn_cancel_set(_ callback: hqnn_cancel_callback?, _ context: UnsafeMutableRawPointer?) {
  Cancellation.set(callback, context)
}

@c @implementation
public func hqnn_log_set(
  _ callback: hqnn_log_callback?, _ context: UnsafeMutableRawPointer?, _ level: hqnn_log_level
) -> hqnn_status {
  status {
    guard callback == nil || level == HQNN_LOG_WARNING || level == HQNN_LOG_NOTE else {
      throw EngineError.value("level is \(level.rawValue); it must be HQNN_LOG_WARNING or HQNN_LOG_NOTE")
    }
    Log.shared.listener = callback.map { Log.Listener(callback: $0, context: context, level: level) }
  }
}

@c @implementation
public func hqnn_allocator_set(_ given: UnsafePointer<hqnn_allocator>?) -> hqnn_status {
  status {
    guard given != nil else { return try BlockAllocator.use(nil) }
    let given = try options(given, defaults: hqnn_allocator())
    guard let allocate = given.allocate, let deallocate = given.deallocate else {
      throw EngineError.null("a function of the allocator is NULL; it needs allocate and deallocate")
    }
    try BlockAllocator.use(BlockAllocator(allocate, deallocate, given.context))
  }
}

/// What calls found out beside their results, for a host that listens.
final class Log: @unchecked Sendable {
  static let shared = Log()

  struct Listener {
    let callback: @convention(c) (UnsafeMutableRawPointer?, hqnn_log_level, UnsafePointer<CChar>?) -> Void
    let context: UnsafeMutableRawPointer?
    let level: hqnn_log_level
  }

  private var current: Listener?
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

  private init() { pthread_mutex_init(lock, nil) }

  var listener: Listener? {
    get {
      pthread_mutex_lock(lock)
      defer { pthread_mutex_unlock(lock) }
      return current
    }
    set {
      pthread_mutex_lock(lock)
      defer { pthread_mutex_unlock(lock) }
      current = newValue
    }
  }

  /// Something that makes a result doubtful.
  static func warnings(_ sentences: [String]) { tell(HQNN_LOG_WARNING, sentences) }

  /// Something that was done or left out and may surprise.
  static func notes(_ sentences: [String]) { tell(HQNN_LOG_NOTE, sentences) }

  private static func tell(_ level: hqnn_log_level, _ sentences: [String]) {
    guard !sentences.isEmpty, let listener = shared.listener, level.rawValue <= listener.level.rawValue else { return }
    for sentence in sentences { listener.callback(listener.context, level, sentence) }
  }
}
