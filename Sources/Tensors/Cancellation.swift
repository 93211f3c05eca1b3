// A question that long work asks from time to time: whether it is to go on.

import COpenMP
import Glibc

/// Set by a thread for its own calls; nothing is asked while nothing is set.
public enum Cancellation {
  /// Anything but 0 ends the work.
  public typealias Callback = @convention(c) (UnsafeMutableRawPointer?) -> Int32

  private struct Question {
    let callback: Callback
    let context: UnsafeMutableRawPointer?
  }

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key) { free($0) }
    return key
  }()

  private static var question: UnsafeMutablePointer<Question>? {
    pthread_getspecific(key)?.assumingMemoryBound(to: Question.self)
  }

  /// Who is asked by calls of this thread from now on; nil: nobody.
  public static func set(_ callback: Callback?, _ context: UnsafeMutableRawPointer?) {
    free(pthread_getspecific(key))
    pthread_setspecific(key, nil)
    guard let callback, let place = malloc(MemoryLayout<Question>.size) else { return }
    place.initializeMemory(as: Question.self, to: Question(callback: callback, context: context))
    pthread_setspecific(key, place)
  }

  /// Throws when this thread's callback asks to stop.
  @inline(__always)
  public static func check() throws {
    if let question, question.pointee.callback(question.pointee.context) != 0 { throw EngineError.cancelled }
  }

  fileprivate static var isSet: Bool { question != nil }
  fileprivate static var isRequested: Bool { question.map { $0.pointee.callback($0.pointee.context) != 0 } ?? false }

  /// For a loop in several threads, of which only the one that called has somebody to ask.
  public final class Watch: @unchecked Sendable {
    private let caller: pthread_t?
    private let flag = UnsafeMutablePointer<Int32>.allocate(capacity: 1)

    public init() {
      caller = Cancellation.isSet ? pthread_self() : nil
      flag.initialize(to: 0)
    }

    deinit { flag.deallocate() }

    /// Whether the rest of the loop is to be left out.
    public var isOver: Bool {
      guard let caller else { return false }
      if pthread_self() == caller, hqnn_flag(flag) == 0, Cancellation.isRequested { hqnn_set_flag(flag) }
      return hqnn_flag(flag) != 0
    }

    /// Behind the loop: throws when something was left out.
    public func finish() throws { if hqnn_flag(flag) != 0 { throw EngineError.cancelled } }
  }
}

extension Parallel {
  /// `forEach` for long work: throws when the calling thread's callback asks to stop, and then some indices were left
  /// out.
  public static func cancellableForEach(_ count: Int, _ body: (Int) -> Void) throws {
    guard Cancellation.isSet else { return forEach(count, body) }
    let watch = Cancellation.Watch()
    forEach(count) { if !watch.isOver { body($0) } }
    try watch.finish()
  }

  /// `ranges` for long work.
  public static func cancellableRanges(_ count: Int, grain: Int, _ body: (Int, Range<Int>) -> Void) throws {
    let pieces = (count + grain - 1) / grain
    try cancellableForEach(pieces) { piece in
      body(piece, piece * grain..<min(count, (piece + 1) * grain))
    }
  }
}
