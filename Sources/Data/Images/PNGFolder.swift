// Pictures in folders, one folder per class.
// Decoding is libpng's, in CPNG; the conversion to floats is in PNGKernels.swift.

import Glibc
import Tensors

public enum PNGFolder {
  public struct Options: Sendable {
    /// Every picture is resized to this; nil: all must have one size.
    public var height, width: Int?
    public var mode = Resize.Mode.area
    /// 1 or 3; nil: 3 where any picture has colours.  Colours become gray by their luma.
    public var channels: Int?

    public init() {}
  }

  /// The pictures of each subfolder, a class, as [n, channels, height, width] with values in [0, 1].
  ///
  /// Classes are the subfolders that hold pictures, pictures the files that end in .png, both in the
  /// order of their names' bytes.  8 or 16 bits, gray, RGB or palette; alpha is blended over black.
  public static func dataset(_ folder: String, _ options: Options = Options()) throws -> Dataset {
    if let channels = options.channels, channels != 1 && channels != 3 {
      throw EngineError.value("channels is \(channels); it must be 1 or 3")
    }
    guard (options.height == nil) == (options.width == nil) else {
      throw EngineError.value("give both height and width, or none of them")
    }
    var (classNames, paths, labels): ([String], [String], [Int]) = ([], [], [])
    for name in try names(in: folder) {
      let subfolder = folder + "/" + name
      var info = stat()
      guard stat(subfolder, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else { continue }
      let pictures = try names(in: subfolder).filter { $0.lowercased().hasSuffix(".png") }
      if pictures.isEmpty { continue }
      labels += [Int](repeating: classNames.count, count: pictures.count)
      classNames.append(name)
      paths += pictures.map { subfolder + "/" + $0 }
    }
    guard !paths.isEmpty else {
      throw EngineError.file("\(folder): there are no subfolders with .png files, one for each class")
    }
    return Dataset(
      checked: try samples(paths, options), labels: labels, classes: classNames.count, classNames: classNames)
  }

  private static func samples(_ paths: [String], _ options: Options) throws -> Tensor {
    let resize = try options.height.map { try Resize(height: $0, width: options.width ?? $0, mode: options.mode) }
    var pictures: [Tensor] = []
    var bytes = 0
    for path in paths {
      var picture = try read(path)
      if let channels = options.channels { picture = withChannels(picture, channels) }
      if let resize {
        picture = try Transforms([resize]).apply(picture, indices: [0], seed: 0, epoch: 0)
      } else if let first = pictures.first, first.shape.suffix(2) != picture.shape.suffix(2) {
        throw EngineError.file(
          "\(path): a picture of \(size(picture)) pixels, the first one, \(paths[0]), has \(size(first)); give a "
            + "height and a width to resize them all")
      }
      bytes += 2 * picture.bytes
      try checkMemory(bytes, path, "\(pictures.count + 1) of \(paths.count) pictures")
      pictures.append(picture)
    }
    let channels = pictures.map { $0.shape[1] }.max()!
    let result = Tensor(uninitialized: .float32, [paths.count, channels] + pictures[0].shape.suffix(2))
    for (row, picture) in pictures.enumerated() { place(withChannels(picture, channels), into: result, row: row) }
    return result
  }

  /// One picture, [1, 1 or 3, height, width].
  static func read(_ path: String) throws -> Tensor {
    let file = try InputFile(path: path)
    guard file.size <= 1 << 28 else { throw EngineError.file("\(path): pictures of more than 256 MiB are not read") }
    return try decode(try file.bytes(at: 0, file.size), name: path)
  }

  private static func size(_ picture: Tensor) -> String {
    picture.shape.suffix(2).map(String.init).joined(separator: "x")
  }

  /// The names in a folder, without those that begin with a dot, sorted by their bytes.
  private static func names(in folder: String) throws -> [String] {
    guard let stream = opendir(folder) else {
      throw EngineError.file("\(folder): cannot be opened as a folder: \(String(cString: strerror(errno)))")
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
