// Numbers as text, the same whatever locale the host program has chosen.

import Glibc

/// The shortest text that reads back as the same number, whole numbers without a point.
/// Not-a-number is "nan", the infinities are "inf" and "-inf", as C reads and writes them.
func shortest(_ value: Double) -> String {
  let text = value.description
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// The number with so many digits after the point.
func fixed(_ value: Double, digits: Int) -> String {
  guard value.isFinite else { return shortest(value) }
  // 310 digits before the point at most, then the point, the digits and a zero.
  var buffer = [CChar](repeating: 0, count: 330 + digits)
  let length = withVaList([Int32(digits), value]) {
    vsnprintf(&buffer, buffer.count, "%.*f", $0)
  }
  let text = String(decoding: buffer.prefix(Int(length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
  // vsnprintf writes the locale's decimal point; nothing else in the text is not a digit or a sign.
  return String(text.map { $0.isNumber || $0 == "-" ? $0 : "." })
}
