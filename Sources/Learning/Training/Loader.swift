// Batches in the order of training, prepared ahead by a thread of their own where that pays.

import Glibc
import Tensors

/// Which samples make a batch, and their values.
struct Batch {
  /// Of the samples in the data.
  let indices: ArraySlice<Int>
  let values: Tensor
}

/// What batches follow from; one batch is a function of its epoch and its number alone.
struct BatchPlan {
  let values: Tensor
  let count, batch: Int
  let seed: UInt64
  let shuffle: Bool
  let augmentation: Augmentation?

  var batches: Int { (count + batch - 1) / batch }

  func order(_ epoch: Int) -> [Int] {
    shuffle ? epochOrder(count: count, seed: seed, epoch: epoch) : Array(0..<count)
  }

  func make(_ number: Int, of order: [Int], epoch: Int) throws -> Batch {
    let indices = order[number * batch..<min(count, (number + 1) * batch)]
    let gathered = gatherRows(values, indices)
    guard let augmentation else { return Batch(indices: indices, values: gathered) }
    let changed = try augmentation(gathered, indices, epoch)
    guard changed.shape == gathered.shape, changed.type == gathered.type else {
      throw EngineError.shape(
        "the augmentation made \(changed.type.name) \(describe(shape: changed.shape)) of \(gathered.type.name) \(describe(shape: gathered.shape)); it must keep the shape")
    }
    return Batch(indices: indices, values: changed)
  }

  /// Whether making a batch takes long enough to be worth another thread.
  var isHeavy: Bool { augmentation != nil || values.bytes / max(1, count) * min(count, batch) > 1 << 20 }
}

/// Hands out batches one after the other, epoch after epoch.
///
/// Heavy batches come from a thread that keeps up to two ready; light ones are made when they are asked for, which is
/// faster than waking a thread.  The batches are the same either way.
final class Loader {
  private let plan: BatchPlan
  private let epochs: Int
  private var epoch, number: Int
  private var order: [Int] = []
  private var orderOf = -1
  private var worker: Worker?

  /// From batch `number` of an epoch on.
  init(_ plan: BatchPlan, epoch: Int, number: Int, epochs: Int, ahead: Bool? = nil) throws {
    (self.plan, self.epochs, self.epoch, self.number) = (plan, epochs, epoch, number)
    if ahead ?? plan.isHeavy, epoch < epochs { worker = try Worker(self) }
  }

  deinit { worker?.stop() }

  /// Ends the thread, if there is one.
  func stop() {
    worker?.stop()
    worker = nil
  }

  func next() throws -> Batch { try worker?.take() ?? make() }

  fileprivate var isAtEnd: Bool { epoch >= epochs }

  /// The next batch, made by the calling thread.
  fileprivate func make() throws -> Batch {
    if orderOf != epoch { (order, orderOf) = (plan.order(epoch), epoch) }
    let batch = try plan.make(number, of: order, epoch: epoch)
    number += 1
    if number == plan.batches { (epoch, number) = (epoch + 1, 0) }
    return batch
  }
}

/// The thread of a loader, and the batches that it has ready.
private final class Worker {
  private unowned let loader: Loader
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var thread = pthread_t()
  private var isRunning = true
  private var ready: [Result<Batch, Error>] = []
  private static let ahead = 2

  init(_ loader: Loader) throws {
    self.loader = loader
    pthread_mutex_init(lock, nil)
    pthread_cond_init(changed, nil)
    let failed = pthread_create(
      &thread, nil,
      { context in
        Unmanaged<Worker>.fromOpaque(context!).takeUnretainedValue().work()
        return nil
      }, Unmanaged.passUnretained(self).toOpaque())
    guard failed == 0 else {
      isRunning = false
      throw EngineError.state("no thread could be started to prepare batches")
    }
  }

  deinit {
    stop()
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(lock)
    changed.deallocate()
    lock.deallocate()
  }

  private func locked<T>(_ body: () -> T) -> T {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return body()
  }

  private func work() {
    // Loops of this thread must not take the cores from the training.
    Parallel.setThreads(1)
    while true {
      let goesOn = locked {
        while isRunning, ready.count >= Self.ahead { pthread_cond_wait(changed, lock) }
        return isRunning
      }
      if !goesOn || loader.isAtEnd { return }
      let batch = Result { try loader.make() }
      locked {
        ready.append(batch)
        pthread_cond_broadcast(changed)
      }
      if case .failure = batch { return }
    }
  }

  func take() throws -> Batch {
    try locked {
      while ready.isEmpty { pthread_cond_wait(changed, lock) }
      let batch = ready.removeFirst()
      pthread_cond_broadcast(changed)
      return batch
    }.get()
  }

  func stop() {
    let wasRunning = locked {
      let was = isRunning
      isRunning = false
      pthread_cond_broadcast(changed)
      return was
    }
    if wasRunning { pthread_join(thread, nil) }
  }
}
