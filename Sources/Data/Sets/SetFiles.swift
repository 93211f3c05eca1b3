// Looking for the files of a known set, and saying what is missing.

import Glibc
import Tensors

enum SetFiles {
  /// The file names of each part.
  typealias Layout = [KnownSets.Part: [String]]
  /// The paths of each part.
  typealias Found = [KnownSets.Part: [String]]

  /// A file of this name, plain or with .gz.
  static func path(in folder: String, _ name: String) -> String? {
    // Some mirrors write a dot where the names of MNIST have their second dash.
    let dotted = name.replacingDash(before: "idx")
    for candidate in [name, name + ".gz", dotted, dotted + ".gz"] {
      let path = folder + "/" + candidate
      var info = stat()
      if stat(path, &info) == 0 { return path }
    }
    return nil
  }
}

extension KnownSet {
  /// The files of the wanted parts, from the first folder that has them all.
  func find(_ parts: Set<KnownSets.Part>, root: String?, data: String?) throws -> SetFiles.Found {
    let looked = places(root: root, data: data)
    for folder in looked {
      for layout in layouts {
        let wanted = layout.filter { parts.contains($0.key) }
        if wanted.isEmpty { continue }
        var found: SetFiles.Found = [:]
        for (part, names) in wanted {
          let paths = names.compactMap { SetFiles.path(in: folder, $0) }
          if paths.count == names.count { found[part] = paths }
        }
        if found.count == wanted.count { return found }
      }
    }
    throw missing(parts, looked, data: data)
  }

  /// Where to look, in this order.
  func places(root: String?, data: String?) -> [String] {
    (root.map { [$0] } ?? []) + (data.map { data in folders.map { data + "/" + $0 } } ?? [])
  }

  /// "MNIST needs the files …; looked in … (lacks …) and …"
  private func missing(_ parts: Set<KnownSets.Part>, _ looked: [String], data: String?) -> EngineError {
    let forms = layouts.map { names(of: $0, parts) }.filter { !$0.isEmpty }
    guard let first = forms.first else {
      let known = layouts[0].keys.map(\.rawValue).sorted().joined(separator: ", ")
      return EngineError.value(
        "\(title) has no \(parts.map(\.rawValue).sorted().joined(separator: " or ")) part; it has \(known)")
    }
    var places: [String] = []
    for folder in looked {
      // Of several forms, the one that is nearest to being there.
      let lacking = forms.map { names in names.filter { SetFiles.path(in: folder, $0) == nil } }
      guard let best = zip(lacking, forms).min(by: { $0.0.count * $1.1.count < $1.0.count * $0.1.count }) else { continue }
      var info = stat()
      // Folders other than the usual one are mentioned only when they are there.
      if folder != looked.first, stat(folder, &info) != 0, folder.hasSuffix(folders[0]) == false { continue }
      places.append("\(folder) (lacks \(Self.list(best.0, of: best.1.count)))")
    }
    if data == nil { places.append("$HQNN_DATA/\(folders[0]) (HQNN_DATA is not set)") }
    let other = forms.dropFirst().map { ", or " + $0.joined(separator: ", ") }.joined()
    return EngineError.file(
      "\(title) needs the file\(first.count == 1 ? "" : "s") \(joined(first))\(other), plain or with .gz; "
        + "looked in \(places.joined(separator: " and ")); they can be had from \(source)")
  }

  /// Each file once, in the order of the parts.
  private func names(of layout: SetFiles.Layout, _ parts: Set<KnownSets.Part>) -> [String] {
    var names: [String] = []
    for part in KnownSets.Part.allCases where parts.contains(part) {
      for name in layout[part] ?? [] where !names.contains(name) { names.append(name) }
    }
    return names
  }

  private func joined(_ names: [String]) -> String {
    names.count < 2 ? names.joined() : names.dropLast().joined(separator: ", ") + " and " + names.last!
  }

  private static func list(_ missing: [String], of count: Int) -> String {
    guard missing.count == count, count > 1 else { return missing.joined(separator: ", ") }
    let words = ["two", "three", "four", "five", "six", "seven", "eight"]
    return count == 2 ? "both" : "all \(count - 2 < words.count ? words[count - 2] : String(count))"
  }
}

extension String {
  /// "a-idx" to "a.idx".
  fileprivate func replacingDash(before word: String) -> String {
    let parts = split(separator: "-", omittingEmptySubsequences: false)
    guard let i = parts.firstIndex(where: { $0.hasPrefix(word) }), i > 0 else { return self }
    return parts[..<i].joined(separator: "-") + "." + parts[i...].joined(separator: "-")
  }
}
