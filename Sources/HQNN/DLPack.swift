// hqnn.h, "tensors": exchange with other libraries by DLPack, https://dmlc.github.io/dlpack, whose structures are laid
// out here as C lays them out: fields in this order, each at its natural alignment.

import CHQNN
import Learning
import Tensors

private struct DLTensor {
  var data: UnsafeMutableRawPointer?
  var deviceType, deviceNumber, rank: Int32
  var code, bits: UInt8
  var lanes: UInt16
  var shape, strides: UnsafeMutablePointer<Int64>?
  var byteOffset: UInt64
}

private struct DLManaged {
  var tensor: DLTensor
  var context: UnsafeMutableRawPointer?
  var deleter: (@convention(c) (UnsafeMutableRawPointer?) -> Void)?
}

private let (deviceCPU, deviceCUDAHost): (Int32, Int32) = (1, 3)
private let codeFloat: UInt8 = 2

// MARK: out

@c @implementation
public func hqnn_tensor_to_dlpack(
  _ pointer: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let source = try tensor(pointer)
    guard !source.isResult else {
      throw EngineError.state("this tensor is the result of an operation with a record; hand out a detached copy of it")
    }
    out.pointee = OpaquePointer(managed(source.value))
  }
}

/// One block of memory with the structure, the shape and the strides, which holds a reference to the tensor.
private func managed(_ tensor: Tensor) -> UnsafeMutableRawPointer {
  let (header, rank) = (MemoryLayout<DLManaged>.stride, tensor.rank)
  let block = UnsafeMutableRawPointer.allocate(byteCount: header + 2 * rank * MemoryLayout<Int64>.stride, alignment: 16)
  let shape = (block + header).bindMemory(to: Int64.self, capacity: max(1, 2 * rank))
  let strides = rowMajorStrides(tensor.shape)
  for axis in 0..<rank { (shape[axis], shape[rank + axis]) = (Int64(tensor.shape[axis]), Int64(strides[axis])) }
  block.initializeMemory(
    as: DLManaged.self,
    to: DLManaged(
      tensor: DLTensor(
        data: tensor.raw, deviceType: deviceCPU, deviceNumber: 0, rank: Int32(rank), code: codeFloat,
        bits: UInt8(8 * tensor.type.bytes), lanes: 1, shape: shape, strides: shape + rank, byteOffset: 0),
      context: Unmanaged.passRetained(tensor).toOpaque(),
      deleter: { block in
        guard let block else { return }
        let managed = block.assumingMemoryBound(to: DLManaged.self)
        if let context = managed.pointee.context { Unmanaged<Tensor>.fromOpaque(context).release() }
        block.deallocate()
      }))
  return block
}

private func rowMajorStrides(_ shape: [Int]) -> [Int] {
  var (strides, stride) = ([Int](repeating: 1, count: shape.count), 1)
  for axis in shape.indices.reversed() {
    strides[axis] = stride
    stride *= max(1, shape[axis])
  }
  return strides
}

// MARK: in

@c @implementation
public func hqnn_tensor_from_dlpack(
  _ managed: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    guard let managed else { throw EngineError.null("managed is NULL") }
    let block = UnsafeMutableRawPointer(managed)
    let deleter = block.assumingMemoryBound(to: DLManaged.self).pointee.deleter
    let given = try GivenTensor(block.assumingMemoryBound(to: DLManaged.self).pointee.tensor)
    if let memory = given.borrowable {
      out.pointee = handle(Variable(Tensor(borrowing: memory, given.type, given.shape) { deleter?(block) }))
    } else {
      out.pointee = handle(Variable(given.copied()))
      deleter?(block)
    }
  }
}

/// What another library hands over, checked.
private struct GivenTensor {
  let type: ElementType
  let shape, strides: [Int]
  let data: UnsafeMutableRawPointer?

  init(_ given: DLTensor) throws {
    guard [deviceCPU, deviceCUDAHost].contains(given.deviceType) else {
      throw EngineError.value(
        "the tensor is on a device of DLPack type \(given.deviceType); memory that the processor reaches is of type \(deviceCPU) (CPU) or \(deviceCUDAHost)")
    }
    guard given.code == codeFloat, given.lanes == 1, given.bits == 32 || given.bits == 64 else {
      throw EngineError.shape(
        "elements are of DLPack type code \(given.code), \(given.bits) bits, \(given.lanes) lanes; float32 and float64 are code \(codeFloat), 32 or 64 bits, 1 lane")
    }
    type = given.bits == 32 ? .float32 : .float64
    shape = try newShape(type, Int64(given.rank), given.shape)
    strides = try given.strides.map { try array($0, Int64(given.rank), "strides").map { Int($0) } } ?? rowMajorStrides(shape)
    if given.data == nil, !shape.contains(0) { throw EngineError.null("the tensor's data is NULL") }
    data = given.data.map { $0 + Int(given.byteOffset) }
  }

  /// The memory as tensors want it: row-major and aligned; nil where it has to be copied.
  var borrowable: UnsafeMutableRawPointer? {
    guard let data, !shape.contains(0), UInt(bitPattern: data) & 63 == 0 else { return nil }
    let wanted = rowMajorStrides(shape)
    return shape.indices.allSatisfy { shape[$0] == 1 || strides[$0] == wanted[$0] } ? data : nil
  }

  /// A tensor of its own, element by element.
  func copied() -> Tensor {
    let result = Tensor(uninitialized: type, shape)
    guard let data else { return result }
    var (index, source) = ([Int](repeating: 0, count: shape.count), 0)
    for element in 0..<result.count {
      (result.raw + element * type.bytes).copyMemory(from: data + source * type.bytes, byteCount: type.bytes)
      // The next index in row-major order.
      for axis in shape.indices.reversed() {
        index[axis] += 1
        source += strides[axis]
        if index[axis] < shape[axis] { break }
        source -= index[axis] * strides[axis]
        index[axis] = 0
      }
    }
    return result
  }
}
