import AgentProtocol
import FoundationEssentials

/// Whether an SSTable in a snapshot is whole, by what Cassandra itself wrote beside it.
package struct CaptureCheck {
    private let folder: String
    private let files: [SSTableFileName: String]

    /// - Parameters:
    ///   - folder: the snapshot's folder of one table.
    ///   - files: the files of one SSTable, with their names.
    package init(folder: String, files: [SSTableFileName: String]) {
        self.folder = folder
        self.files = files
    }

    /// Every component that `TOC.txt` lists must be there, and the data itself in any case.
    package func checkComponents() throws {
        guard let any = files.keys.first else { return }
        let present = Set(files.keys.map(\.component))
        var expected: Set<String> = ["Data.db"]
        if present.contains("TOC.txt") {
            let toc = try String(
                decoding: Data(contentsOf: URL(filePath: "\(folder)/\(any.sibling("TOC.txt"))")),
                as: UTF8.self)
            expected.formUnion(toc.split(separator: "\n").map(\.trimmed).filter { !$0.isEmpty })
        }
        if let missing = expected.subtracting(present).sorted().first {
            throw corrupt(any.sibling(missing), "is missing from the snapshot")
        }
    }

    /// Which hashes the digest file beside Data.db needs.
    package var extras: FileHasher.Extras {
        let present = Set(files.keys.map(\.component))
        var extras: FileHasher.Extras = []
        if present.contains("Digest.sha1") { extras.insert(.sha1) }
        if present.contains("Digest.adler32") { extras.insert(.adler32) }
        return extras
    }

    /// Compares the hashes of Data.db with the digest that Cassandra wrote beside it.
    package func check(_ digest: FileDigest) throws {
        guard let any = files.keys.first else { return }
        for (name, actual) in [
            ("Digest.crc32", String(digest.crc32)), ("Digest.sha1", digest.sha1),
            ("Digest.adler32", digest.adler32.map { String($0) }),
        ] {
            guard files.keys.contains(where: { $0.component == name }) else { continue }
            let text = try String(
                decoding: Data(contentsOf: URL(filePath: "\(folder)/\(any.sibling(name))")),
                as: UTF8.self)
            let expected = text.split { $0.isWhitespace }.first.map(String.init) ?? ""
            guard expected == actual else {
                throw corrupt(any.sibling("Data.db"), "differs from its \(name)")
            }
        }
    }

    private func corrupt(_ file: String, _ reason: String) -> OperationFailure {
        OperationFailure(code: .corrupt, object: file, message: "\(folder)/\(file) \(reason).")
    }
}
