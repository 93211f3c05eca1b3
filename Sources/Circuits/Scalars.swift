// Scalar functions of the C library.

import Glibc

/// Sine and cosine of an angle in radians, for any finite angle.
package func sineAndCosine(_ x: Double) -> (sin: Double, cos: Double) { (sin(x), cos(x)) }
