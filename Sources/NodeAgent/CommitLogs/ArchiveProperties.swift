/// The text of a `commitlog_archiving.properties`, changed key by key. All else in it, comments
/// too, stays as it is.
package struct ArchiveProperties: Hashable, Sendable {
    package private(set) var text: String

    package init(_ text: String) {
        self.text = text
    }

    /// The value of a key, the last where there are several; `nil` where there is none.
    package subscript(key key: String) -> String? {
        entries.last { $0.key == key }.map { String($0.value) }
    }

    /// Gives a key its value, in the place of the first line that has it, or at the end.
    package mutating func set(_ key: String, to value: String) {
        let line = "\(key)=\(value)\n"
        let found = entries.filter { $0.key == key }
        guard let first = found.first else {
            if !text.isEmpty, !text.hasSuffix("\n") { text += "\n" }
            text += line
            return
        }
        for entry in found.dropFirst().reversed() { text.removeSubrange(entry.range) }
        text.replaceSubrange(first.range, with: line)
    }

    /// Takes the lines of a key out.
    package mutating func remove(_ key: String) {
        for entry in entries.reversed() where entry.key == key {
            text.removeSubrange(entry.range)
        }
    }

    private struct Entry {
        var key: Substring
        var value: Substring
        /// The whole of its lines, the last line's end included.
        var range: Range<String.Index>
    }

    /// As Java reads it: `key=value`, `key:value` or `key value`; a line that ends with a backslash
    /// goes on in the next.
    private var entries: [Entry] {
        var entries: [Entry] = []
        var position = text.startIndex
        while position < text.endIndex {
            let start = position
            var isContinued = false
            repeat {
                let end = text[position...].firstIndex(where: \.isNewline) ?? text.endIndex
                let line = text[position..<end]
                isContinued = line.reversed().prefix { $0 == "\\" }.count % 2 == 1
                position = end < text.endIndex ? text.index(after: end) : end
            } while isContinued && position < text.endIndex
            if let entry = Self.entry(text[start..<position]) { entries.append(entry) }
        }
        return entries
    }

    private static func entry(_ lines: Substring) -> Entry? {
        let content = lines.drop(while: \.isWhitespace)
        guard let first = content.first, first != "#", first != "!" else { return nil }
        let key = content.prefix { $0 != "=" && $0 != ":" && !$0.isWhitespace }
        var value = content[key.endIndex...].drop { $0 == " " || $0 == "\t" }
        if value.first == "=" || value.first == ":" { value = value.dropFirst() }
        value = value.drop { $0 == " " || $0 == "\t" }
        while value.last?.isNewline == true { value = value.dropLast() }
        return Entry(key: key, value: value, range: lines.startIndex..<lines.endIndex)
    }
}
