/// One line of `nodetool listsnapshots`: a snapshot of one table.
package struct SnapshotListing: Sendable, Hashable {
    package var snapshot: String
    package var keyspace: String
    package var table: String

    package init(snapshot: String, keyspace: String, table: String) {
        self.snapshot = snapshot
        self.keyspace = keyspace
        self.table = table
    }
}

extension NodetoolReply {
    /// From `listsnapshots`. The columns are as wide as their widest content, so the header tells
    /// where each begins; names may hold spaces. Version 1.2 does not know the command.
    package func snapshots() throws(NodetoolError) -> [SnapshotListing] {
        try succeeded()
        let lines = output.outputLines
        guard lines.contains(where: { $0.hasPrefix("Snapshot Details:") }) else {
            throw NodetoolError(
                code: .unconfirmed, command: command, sentence: "it printed no list")
        }
        guard let header = lines.firstIndex(where: { $0.hasPrefix("Snapshot name") }) else {
            return []
        }
        let columns = ["Snapshot name", "Keyspace name", "Column family name", "True size"]
        let starts = columns.compactMap { Self.offset(of: $0, in: lines[header]) }
        guard starts.count == columns.count else {
            throw NodetoolError(
                code: .unconfirmed, command: command, sentence: "its columns are not known")
        }
        return lines[(header + 1)...].prefix { !$0.hasPrefix("Total TrueDiskSpaceUsed") }
            .compactMap { line in
                let characters = Array(line)
                guard characters.count > starts[3] else { return nil }
                return SnapshotListing(
                    snapshot: String(characters[starts[0]..<starts[1]]).trimmed,
                    keyspace: String(characters[starts[1]..<starts[2]]).trimmed,
                    table: String(characters[starts[2]..<starts[3]]).trimmed)
            }
    }

    private static func offset(of title: String, in header: Substring) -> Int? {
        let characters = Array(header)
        let wanted = Array(title)
        guard characters.count >= wanted.count else { return nil }
        return (0...(characters.count - wanted.count)).first {
            Array(characters[$0..<($0 + wanted.count)]) == wanted
        }
    }
}
