// hqnn.h, "images in a grid".

import CHQNN
import Records
import Tensors

/// As HQNN_IMAGE_GRID_OPTIONS.
private let gridDefaults = hqnn_image_grid_options(
  struct_size: MemoryLayout<hqnn_image_grid_options>.size, low: 0, high: 1, scale: 0, gap: 4)

@c @implementation
public func hqnn_image_grid_write(
  _ rows: UnsafePointer<OpaquePointer?>?, _ count: Int64, _ labels: UnsafePointer<UnsafePointer<CChar>?>?,
  _ options: UnsafePointer<hqnn_image_grid_options>?, _ path: UnsafePointer<CChar>?
) -> hqnn_status {
  status {
    let images = try array(rows, count, "rows").enumerated().map { try tensor($1, "row \($0)").value }
    let labels = labels == nil ? [] : try array(labels, count, "labels").map { $0.map { String(cString: $0) } ?? "" }
    let wanted = try HQNN.options(options, defaults: gridDefaults)
    var grid = ImageGrid()
    (grid.low, grid.high) = (wanted.low, wanted.high)
    (grid.scale, grid.gap) = (wanted.scale == 0 ? nil : Int(wanted.scale), Int(wanted.gap))
    try grid.write(rows: images, labels: labels, to: text(path, "path"))
  }
}
