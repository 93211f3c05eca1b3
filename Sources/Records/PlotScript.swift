// The gnuplot script of a figure: sizes, colours, legend, panels.
// It reads the table beside it, so that people can change either and run it again.

extension Figure {
  /// Okabe and Ito 2008: eight colours that people with colour-blindness tell apart, yellow last.
  private static let colours = [
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442",
  ]
  /// Filled circle, square, triangle, diamond, ….
  private static let markers = [7, 5, 9, 13, 11, 15, 6, 4]

  private var columnCount: Int { min(panelNames.count, 4) }
  private var rowCount: Int { (panelNames.count + columnCount - 1) / columnCount }
  private var hasLegend: Bool { series != nil }

  /// Pixels of the SVG; the PNG has twice as many.
  private var width: Int { panelNames.count == 1 ? 760 : 110 + 330 * columnCount }
  private var height: Int { top + rowCount * plotHeight + (rowCount - 1) * gapY + bottom }
  private var plotHeight: Int { panelNames.count == 1 ? 400 : 280 }
  private var gapY: Int { 68 + (panel == nil ? 0 : 24) }
  private var top: Int { (plot.title == nil ? 18 : 52) + (panel == nil ? 0 : 24) }
  private var bottom: Int { 62 + legendHeight }
  private var legendHeight: Int { hasLegend ? 24 * legendRows + 8 : 0 }

  /// gnuplot gives every entry of a legend the width of the longest one.
  private var legendRows: Int {
    let entry = 78 + 8 * (seriesNames.map(\.count).max() ?? 0)
    let perRow = max(1, (width - 40) / entry)
    return (seriesNames.count + perRow - 1) / perRow
  }

  /// The script; `name` is the stem without its folder.
  func script(name: String) -> String {
    let text = """
      # Draws \(name).svg and \(name).png from \(name).csv.
      # Change what you like; then, in this folder:  gnuplot \(name).gp

      data = \(Gnuplot.literal("./" + name + ".csv"))
      if (!exists("stem")) stem = \(Gnuplot.literal("./" + name))

      \(columnLines)

      # How a curve looks.
      \(styleLines)

      set encoding utf8
      set datafile separator comma
      set datafile columnheaders
      set datafile missing NaN
      set errorbars 0.6
      unset key
      set xrange [\(xRange.lowerBound):\(xRange.upperBound)]
      set yrange [\(yRange.lowerBound):\(yRange.upperBound)]
      \(plot.logX ? "set" : "unset") logscale x
      \(plot.logY ? "set" : "unset") logscale y

      # A row belongs to panel p and series s.
      chosen(p, s) = \(chosen)

      do for [format in "svg png"] {
        if (format eq "svg") {
          set terminal svg noenhanced size \(width),\(height) font 'Helvetica,Arial,sans-serif,14' background rgb 'white'
        } else {
          set terminal pngcairo noenhanced size \(2 * width),\(2 * height) font 'Sans,12' fontscale 1.8 linewidth 1.9 pointscale 1.8
        }
        set output stem.'.'.format
        set border 3 linewidth 1 linecolor rgb '#404040'
        set xtics nomirror out scale 0.6 format '%h' textcolor rgb '#202020'
        set ytics nomirror out scale 0.6 format '%h' textcolor rgb '#202020'
        set grid linewidth 0.6 linetype 1 linecolor rgb '#DCDCDC'

        set multiplot layout \(rowCount),\(columnCount) \(layout)
        do for [p=1:\(panelNames.count)] {
      \(panelLines)
          plot \(curves)
        }
      \(legendLines)  unset multiplot
        unset output
      }
      """
    return text + "\n"
  }

  private var columnLines: String {
    var lines = ["# Columns of the table, from 1.", "x_column = \(x + 1)", "y_column = \(y + 1)"]
    if let error { lines.append("error_column = \(error + 1)") }
    if let series { lines.append("series_column = \(series + 1)") }
    if let panel { lines.append("panel_column = \(panel + 1)") }
    let names = { (names: [String]) in names.map(Gnuplot.literal).joined(separator: ", ") }
    lines.append("")
    lines.append("array curves[\(seriesNames.count)] = [\(names(seriesNames))]")
    lines.append("array panels[\(panelNames.count)] = [\(names(panelNames))]")
    return lines.joined(separator: "\n")
  }

  private var styleLines: String {
    seriesNames.indices.map { i in
      let colour = Self.colours[i % Self.colours.count]
      let marker = Self.markers[i % Self.markers.count]
      // The second round of colours is dashed.
      let dash = i / Self.colours.count % 2 == 0 ? "" : " dashtype 2"
      return "set linetype \(i + 1) linecolor rgb '\(colour)' linewidth 2 pointtype \(marker) pointsize 0.8\(dash)"
    }.joined(separator: "\n")
  }

  /// As a condition on a row.
  private var chosen: String {
    var conditions: [String] = []
    if panel != nil { conditions.append("strcol(panel_column) eq panels[p]") }
    if series != nil { conditions.append("strcol(series_column) eq curves[s]") }
    return conditions.isEmpty ? "1" : conditions.joined(separator: " && ")
  }

  /// Margins and gaps as shares of the picture.
  private var layout: String {
    let (w, h) = (Double(width), Double(height))
    let share = { (value: Double) in fixed(value, digits: 4) }
    let left = (plot.logY ? 96 : 80) / w
    let right = 1 - 24 / w
    var text = "margins screen \(share(left)), \(share(right)), "
    text += "\(share(Double(bottom) / h)), \(share(1 - Double(top) / h)) "
    text += "spacing screen \(share(30 / w)), \(share(Double(gapY) / h))"
    if let title = plot.title { text += " title \(Gnuplot.literal(title)) font ',16' offset 0,-0.4" }
    return text
  }

  private var panelLines: String {
    var lines: [String] = []
    if panel != nil { lines.append("set title panels[p] offset 0,-0.5") }
    lines.append("set xlabel \(Gnuplot.literal(plot.xLabel ?? plot.x))")
    let label = Gnuplot.literal(plot.yLabel ?? plot.y)
    if columnCount == 1 {
      lines.append("set ylabel \(label)")
    } else {
      // Panels share the axis, so the first of each row carries its label and numbers.
      lines.append("first = (p - 1) % \(columnCount) == 0")
      lines.append("set ylabel (first ? \(label) : '')")
      lines.append("set format y (first ? '%h' : '')")
    }
    return lines.map { "    " + $0 }.joined(separator: "\n")
  }

  /// Markers of a long curve would hide it.
  private var style: String { plot.points ? "points" : longest > 40 ? "lines" : "linespoints" }

  private var curves: String {
    let point = "(chosen(p, s) ? column(x_column) : NaN):(column(y_column))"
    var parts = ["for [s=1:\(seriesNames.count)] data using \(point) with \(style) linetype s"]
    if error != nil {
      let bar = "(column(error_column) >= 0 ? column(error_column) : 0)"
      let low = "column(y_column) - \(bar)"
      let end = plot.logY ? "(\(low) > 0 ? \(low) : \(yRange.lowerBound))" : "(\(low))"
      parts.insert(
        "for [s=1:\(seriesNames.count)] data using \(point):\(end):(column(y_column) + \(bar)) with yerrorbars linetype s linewidth 1.2 pointsize 0",
        at: 0)
    }
    return parts.joined(separator: ", \\\n         ")
  }

  /// One legend for all panels: an empty plot over the whole picture that holds nothing else.
  private var legendLines: String {
    guard hasLegend else { return "" }
    let lines = [
      "",
      "# The legend, in a plot of its own below all panels.",
      "unset border; unset tics; unset grid; unset title; unset xlabel; unset ylabel",
      "set margins 1, 1, 0, 0",
      "set origin 0, 0; set size 1, \(fixed(Double(legendHeight + 6) / Double(height), digits: 4))",
      "set key inside center center horizontal Left reverse samplen 2.4 spacing 1.1 width 2",
      "plot NaN notitle, for [s=1:\(seriesNames.count)] keyentry with \(style) linetype s title curves[s]",
      "unset key",
    ]
    return lines.map { $0.isEmpty ? "\n" : "  \($0)\n" }.joined()
  }
}
