// The standard library's operators on the two vector types that kernels use, under names of their own:
// modules that define operators on protocols over these vectors reach the originals through here.

@inlinable @inline(__always)
public func vectorSum(_ a: SIMD16<Float>, _ b: SIMD16<Float>) -> SIMD16<Float> { a + b }
@inlinable @inline(__always)
public func vectorDifference(_ a: SIMD16<Float>, _ b: SIMD16<Float>) -> SIMD16<Float> { a - b }
@inlinable @inline(__always)
public func vectorProduct(_ a: SIMD16<Float>, _ b: SIMD16<Float>) -> SIMD16<Float> { a * b }
@inlinable @inline(__always)
public func vectorSum(_ a: SIMD8<Double>, _ b: SIMD8<Double>) -> SIMD8<Double> { a + b }
@inlinable @inline(__always)
public func vectorDifference(_ a: SIMD8<Double>, _ b: SIMD8<Double>) -> SIMD8<Double> { a - b }
@inlinable @inline(__always)
public func vectorProduct(_ a: SIMD8<Double>, _ b: SIMD8<Double>) -> SIMD8<Double> { a * b }
