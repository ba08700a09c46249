/// Cuts a stream of bytes into lines at `\n` and `\r`; empty lines are left out.
///
/// A carriage return ends a line, because the progress of old tools overwrites itself with it.
package struct LineSplitter: Sendable {
    private var pending: [UInt8] = []
    private let limit: Int

    /// - Parameter limit: bytes of a line that are kept; the rest of a longer one is dropped.
    package init(limit: Int = 4 << 20) {
        self.limit = limit
    }

    /// The lines that these bytes complete.
    package mutating func append(_ bytes: [UInt8]) -> [String] {
        var lines: [String] = []
        for piece in bytes.split(
            maxSplits: .max, omittingEmptySubsequences: false,
            whereSeparator: {
                $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r")
            }
        ).enumerated() {
            // Every piece but the first follows a line's end.
            if piece.offset > 0, let line = finish() { lines.append(line) }
            pending.append(contentsOf: piece.element.prefix(limit - pending.count))
        }
        return lines
    }

    /// The line that nothing ended, if there is one.
    package mutating func finish() -> String? {
        guard !pending.isEmpty else { return nil }
        defer { pending.removeAll(keepingCapacity: true) }
        return String(decoding: pending, as: UTF8.self)
    }
}
