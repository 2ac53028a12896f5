/// A table of aligned columns: names to the left, figures to the right.
package struct TextTable {
  private enum Line {
    case cells([String])
    case rule
  }

  private let header: [String]
  private let textColumns: Int
  private var lines: [Line] = []

  /// The first `textColumns` columns are text, the others figures.
  package init(header: [String], textColumns: Int = 1) {
    self.header = header
    self.textColumns = textColumns
  }

  /// Adds a row; missing cells at its end stay empty.
  package mutating func add(_ cells: [String]) {
    precondition(cells.count <= header.count, "a row has more cells than the table has columns")
    lines.append(.cells(cells + Array(repeating: "", count: header.count - cells.count)))
  }

  package mutating func addRule() {
    lines.append(.rule)
  }

  package func rendered() -> String {
    let rows = lines.compactMap { if case .cells(let cells) = $0 { cells } else { nil } }
    let widths = header.indices.map { column in
      ([header] + rows).map { $0[column].count }.max() ?? 0
    }
    let rule = String(repeating: "-", count: widths.reduce(0, +) + 2 * (widths.count - 1))
    var text = [join(header, widths), rule]
    for line in lines {
      switch line {
      case .cells(let cells): text.append(join(cells, widths))
      case .rule: text.append(rule)
      }
    }
    return text.joined(separator: "\n")
  }

  private func join(_ cells: [String], _ widths: [Int]) -> String {
    let padded = zip(cells, widths).enumerated().map { column, cell in
      let padding = String(repeating: " ", count: cell.1 - cell.0.count)
      return column < textColumns ? cell.0 + padding : padding + cell.0
    }
    let line = padded.joined(separator: "  ")
    guard let last = line.lastIndex(where: { $0 != " " }) else { return "" }
    return String(line[...last])
  }
}
