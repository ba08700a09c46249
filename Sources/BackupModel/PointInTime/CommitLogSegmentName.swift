/// The file name of a commitlog segment, such as `CommitLog-2-1450135082502.log`.
package struct CommitLogSegmentName: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let text: String
    /// The version of the format; empty for Cassandra before 1.2, which did not write it.
    package let version: String
    /// Segments are written in the order of their ids; a restart jumps ahead.
    package let id: Int64

    /// The name of a file that may be none: a segment's is `CommitLog-<id>.log` or
    /// `CommitLog-<version>-<id>.log`.
    package init?(file text: String) {
        let parts = text.dropLast(4).split(separator: "-", omittingEmptySubsequences: false)
        let numbers = parts.dropFirst()
        guard text.hasSuffix(".log"), parts.first == "CommitLog", (1...2).contains(numbers.count),
            numbers.allSatisfy({ part in
                !part.isEmpty && part.utf8.allSatisfy { (48...57).contains($0) }
            }),
            let id = numbers.last.flatMap({ Int64($0) })
        else { return nil }
        self.text = text
        self.id = id
        version = numbers.count == 2 ? String(numbers[numbers.startIndex]) : ""
    }

    /// A name that must be one.
    package init(_ text: String) throws(InvalidName) {
        guard let name = CommitLogSegmentName(file: text) else {
            throw InvalidName(
                kind: "commitlog segment", text: text,
                accepted: "CommitLog-, a version and -, a number and .log")
        }
        self = name
    }

    package static func < (left: CommitLogSegmentName, right: CommitLogSegmentName) -> Bool {
        (left.id, left.text) < (right.id, right.text)
    }

    package var description: String { text }
}
