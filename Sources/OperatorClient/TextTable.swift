/// Rows in columns as wide as what is in them.
package struct TextTable: Sendable, Hashable {
    private let header: [String]
    private var rows: [[String]] = []

    package init(_ header: String...) { self.header = header }

    /// - Parameter cells: as many as the header has.
    package mutating func add(_ cells: String...) { rows.append(cells) }

    /// Its lines, without blanks at their ends.
    package var lines: [String] {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            var line = ""
            for (cell, width) in zip(row, widths) {
                line += cell + String(repeating: " ", count: width - cell.count + 2)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
