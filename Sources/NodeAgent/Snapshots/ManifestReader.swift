import AgentProtocol
package import BackupModel
import FoundationEssentials

/// Reads a `backup.json` in a file, one entry at a time.
package struct ManifestReader {
    private let path: String

    package init(path: String) {
        self.path = path
    }

    /// The header. A manifest of the original has none, and says so by its missing members.
    package func header() throws -> ManifestHeader {
        var members: [[UInt8]] = []
        try scan { element in
            if case .member(let text) = element { members.append(text) }
        }
        let object =
            Data("{".utf8) + Data(members.joined(separator: Array(",".utf8)))
            + Data("}".utf8)
        return try JSONDecoder().decode(ManifestHeader.self, from: object)
    }

    /// Every file, in the order of the manifest.
    package func entries(_ body: (ManifestEntry) throws -> Void) throws {
        let decoder = JSONDecoder()
        try scan { element in
            if case .entry(let text) = element {
                try body(decoder.decode(ManifestEntry.self, from: Data(text)))
            }
        }
    }

    private func scan(_ found: (JSONElementScanner.Element) throws -> Void) throws {
        var scanner = JSONElementScanner()
        _ = try FileHasher.digest(path: path) { piece in
            try scanner.consume(piece, found)
        }
        guard scanner.isComplete else {
            throw OperationFailure(
                code: .corrupt, object: path, message: "\(path) is cut off or no manifest.")
        }
    }
}
