// Numbers of NumPy's types: byte order, layout, conversion.
// What the header said was checked: the bytes are those of the shape, widths are 1, 2, 4 or 8.

import Tensors

/// The elements behind `start` in this machine's byte order and row-major.
func rowMajor(
  _ file: [UInt8], from start: Int, shape: [Int], width: Int, swapped: Bool, columnMajor: Bool
) -> [UInt8] {
  let count = (file.count - start) / width
  return [UInt8](unsafeUninitializedCapacity: count * width) { target, filled in
    filled = count * width
    file.withUnsafeBufferPointer { file in
      guard count > 0, let out = target.baseAddress else { return }
      let source = file.baseAddress! + start
      if columnMajor && shape.count > 1 {
        // Elements are visited in stored order; `place` is where they go.
        var strides = [Int](repeating: width, count: shape.count)
        for axis in stride(from: shape.count - 2, through: 0, by: -1) {
          strides[axis] = strides[axis + 1] * shape[axis + 1]
        }
        var index = [Int](repeating: 0, count: shape.count)
        var place = 0
        for element in 0..<count {
          for byte in 0..<width { out[place + byte] = source[element * width + byte] }
          for axis in 0..<shape.count {
            index[axis] += 1
            place += strides[axis]
            if index[axis] < shape[axis] { break }
            place -= index[axis] * strides[axis]
            index[axis] = 0
          }
        }
      } else {
        out.update(from: source, count: count * width)
      }
      if swapped {
        for element in 0..<count {
          for byte in 0..<width / 2 {
            let (a, b) = (element * width + byte, element * width + width - 1 - byte)
            (out[a], out[b]) = (out[b], out[a])
          }
        }
      }
    }
  }
}

/// Elements as those of a tensor; the index of the first integer that Double does not hold, if any.
func convert(_ bytes: [UInt8], _ kind: NPYArray.Kind, width: Int, to result: Tensor) -> Int? {
  switch result.type {
  case .float32: return convert(bytes, kind, width, to: result.pointer(Float.self), result.count)
  case .float64: return convert(bytes, kind, width, to: result.pointer(Double.self), result.count)
  }
}

private func convert<S: Element>(
  _ bytes: [UInt8], _ kind: NPYArray.Kind, _ width: Int, to target: UnsafeMutablePointer<S>, _ count: Int
) -> Int? {
  bytes.withUnsafeBytes { raw -> Int? in
    func each<T>(_: T.Type, _ make: (T) -> S) {
      for i in 0..<count { target[i] = make(raw.loadUnaligned(fromByteOffset: i * MemoryLayout<T>.size, as: T.self)) }
    }
    switch (kind, width) {
    case (.bool, _): each(UInt8.self) { $0 == 0 ? 0 : 1 }
    case (.unsigned, 1): each(UInt8.self) { S($0) }
    case (.unsigned, 2): each(UInt16.self) { S($0) }
    case (.unsigned, 4): each(UInt32.self) { S($0) }
    case (.signed, 1): each(Int8.self) { S($0) }
    case (.signed, 2): each(Int16.self) { S($0) }
    case (.signed, 4): each(Int32.self) { S($0) }
    case (.float, 2): each(UInt16.self) { S(single($0)) }
    case (.float, 4): each(Float.self) { S($0) }
    case (.float, _): each(Double.self) { S($0) }
    case (.unsigned, _):
      for i in 0..<count {
        let value = raw.loadUnaligned(fromByteOffset: i * 8, as: UInt64.self)
        guard UInt64(exactly: Double(value)) == value else { return i }
        target[i] = S(value)
      }
    case (.signed, _):
      for i in 0..<count {
        let value = raw.loadUnaligned(fromByteOffset: i * 8, as: Int64.self)
        guard Int64(exactly: Double(value)) == value else { return i }
        target[i] = S(value)
      }
    }
    return nil
  }
}

/// Elements as integers, and the index of the first that is none.
func wholeNumbers(_ bytes: [UInt8], _ kind: NPYArray.Kind, width: Int) -> ([Int], Int?) {
  bytes.withUnsafeBytes { raw in
    var (values, bad): ([Int], Int?) = ([], nil)
    let count = raw.count / width
    values.reserveCapacity(count)
    func each<T>(_: T.Type, _ make: (T) -> Int?) {
      for i in 0..<count where bad == nil {
        if let value = make(raw.loadUnaligned(fromByteOffset: i * MemoryLayout<T>.size, as: T.self)) {
          values.append(value)
        } else {
          bad = i
        }
      }
    }
    switch (kind, width) {
    case (.bool, _): each(UInt8.self) { $0 == 0 ? 0 : 1 }
    case (.unsigned, 1): each(UInt8.self) { Int($0) }
    case (.unsigned, 2): each(UInt16.self) { Int($0) }
    case (.unsigned, 4): each(UInt32.self) { Int($0) }
    case (.unsigned, _): each(UInt64.self) { Int(exactly: $0) }
    case (.signed, 1): each(Int8.self) { Int($0) }
    case (.signed, 2): each(Int16.self) { Int($0) }
    case (.signed, 4): each(Int32.self) { Int($0) }
    case (.signed, _): each(Int64.self) { Int($0) }
    case (.float, 2): each(UInt16.self) { Int(exactly: single($0)) }
    case (.float, 4): each(Float.self) { Int(exactly: $0) }
    case (.float, _): each(Double.self) { Int(exactly: $0) }
    }
    return (values, bad)
  }
}

/// A number of IEEE 754's binary16.
private func single(_ half: UInt16) -> Float {
  let (sign, exponent, fraction) = (half >> 15, Int(half >> 10 & 0x1F), Float(half & 0x3FF) / 1024)
  let size: Float
  switch exponent {
  case 0: size = fraction * 0x1p-14
  case 31: size = fraction == 0 ? .infinity : .nan
  default: size = (1 + fraction) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
  }
  return sign == 0 ? size : -size
}
