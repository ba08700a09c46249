/// Text of unknown length of which the beginning and the end are kept.
package struct CappedText: Sendable, Hashable {
    private var head: [UInt8] = []
    private var tail: [UInt8] = []
    private var total = 0
    private let half: Int

    /// - Parameter limit: bytes that are kept at most, half of them from the end.
    package init(limit: Int) {
        half = max(1, limit / 2)
    }

    package init(_ text: String) {
        self.init(limit: max(2, text.utf8.count * 2))
        append(Array(text.utf8))
    }

    package mutating func append(_ bytes: [UInt8]) {
        total += bytes.count
        let room = min(half - head.count, bytes.count)
        head.append(contentsOf: bytes.prefix(room))
        tail.append(contentsOf: bytes.dropFirst(room))
        // Cut only now and then, so that each byte is moved once on the average.
        if tail.count > 2 * half { tail.removeFirst(tail.count - half) }
    }

    /// Bytes between the beginning and the end that were not kept.
    package var leftOut: Int { total - head.count - min(tail.count, half) }

    /// The text; bytes that are no UTF-8 are replaced, and a line tells where something is left out.
    package var text: String {
        let end = tail.suffix(half)
        guard leftOut > 0 else { return String(decoding: head + end, as: UTF8.self) }
        return String(decoding: head, as: UTF8.self) + "\n[\(leftOut) bytes left out]\n"
            + String(decoding: end, as: UTF8.self)
    }

    /// The lines, ended by `\n`, `\r` or both; empty ones are left out.
    package var lines: [Substring] {
        text.split(whereSeparator: \.isNewline)
    }
}
