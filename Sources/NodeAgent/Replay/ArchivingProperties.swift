/// The text of a `commitlog_archiving.properties`. Pure.
package struct ArchivingProperties: Sendable, Hashable {
    package private(set) var text: String

    package init(_ text: String) {
        self.text = text
    }

    /// The value of a key as Java reads it, of simple lines; `nil` where there is none.
    package subscript(key: String) -> String? {
        lines.last { Self.key(of: $0) == key }.map { line in
            String(line.drop { $0 != "=" && $0 != ":" }.dropFirst()).trimmed
        }
    }

    /// Gives a key a value in the place of the one that it has. All other lines stay as they are.
    package mutating func set(_ key: String, _ value: String) {
        var lines = lines
        let line = "\(key)=\(value)"
        if let index = lines.lastIndex(where: { Self.key(of: $0) == key }) {
            lines[index] = line
            let others = lines.indices.filter { $0 != index && Self.key(of: lines[$0]) == key }
            for other in others.reversed() { lines.remove(at: other) }
        } else {
            lines.append(line)
        }
        text = lines.joined(separator: "\n") + "\n"
    }

    /// Has commitlogs replayed up to a moment at the next start.
    ///
    /// - Parameter moment: as `restore_point_in_time` has it.
    package mutating func replay(from directory: String, upTo moment: String) {
        set("restore_command", "/bin/cp -f %from %to")
        set("restore_directories", directory)
        set("restore_point_in_time", moment)
    }

    private var lines: [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    private static func key(of line: String) -> String? {
        let line = line.trimmed
        guard let first = line.first, first != "#", first != "!",
            let end = line.firstIndex(where: { $0 == "=" || $0 == ":" })
        else { return nil }
        return line[..<end].trimmed
    }
}
