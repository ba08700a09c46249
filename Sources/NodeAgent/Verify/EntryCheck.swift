import AgentProtocol
import BackupModel
import Destinations

/// Looks at single files of a backup.
struct EntryCheck: Sendable {
    /// What was found.
    enum Finding: Sendable, Hashable {
        /// It is what the manifest says, as far as that was looked at.
        case good(readBytes: Int64)
        /// It was read, and nothing tells what it should be.
        case unproven(readBytes: Int64)
        case problem(String)
    }

    let files: any StoredFiles
    /// Cassandra's own digests, for files of which no hash is known.
    let digests: SSTableDigests

    /// Whether a file is there and has its size; `nil` where nothing is wrong.
    func problem(_ entry: ManifestEntry, stored: Int64?) -> String? {
        guard let stored else { return "It is missing." }
        if entry.compression != nil, stored == 0 { return "It is empty." }
        let expected = entry.compression == nil ? entry.size : entry.storedSize
        guard let expected, expected != stored else { return nil }
        return "It has \(stored) bytes, expected \(expected)."
    }

    /// Reads a file, decompressing it, and compares its content with what is known of it.
    func read(_ entry: ManifestEntry) async throws -> Finding {
        let digest = try await digests.digest(of: entry, in: files)
        var digester = FileDigester(checking: digest)
        do {
            for try await piece in try await files.open(entry).content(of: entry) {
                try Task.checkCancellation()
                digester.update(piece)
            }
        } catch let error as DestinationError where error.code == .notThere {
            return .problem("It is missing.")
        } catch let error as ZstdError where error.code != .library {
            return .problem("\(error).")
        }
        let (hashes, matches) = digester.finish()
        if let sha256 = entry.sha256 {
            guard sha256 == hashes.sha256 else {
                return .problem("Its SHA-256 is \(hashes.sha256), expected \(sha256).")
            }
            return .good(readBytes: hashes.size)
        }
        switch matches {
        case true?: return .good(readBytes: hashes.size)
        case false?: return .problem("Its content differs from the digest that Cassandra wrote.")
        case nil: return .unproven(readBytes: hashes.size)
        }
    }
}
