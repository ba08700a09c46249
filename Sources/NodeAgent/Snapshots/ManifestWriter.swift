package import BackupModel
import Destinations
import FoundationEssentials
import Glibc

/// Writes a `backup.json`: entries as they come into a file beside it, then header and entries.
///
/// The header tells sums that are known only after the last entry, and stands first all the same,
/// so that a reader knows what it reads.
package final class ManifestWriter {
    private let path: String
    private let entriesPath: String
    private let entries: FileHandleOutput
    private var isFirst = true

    /// - Parameter path: where the manifest will be; its folder is made.
    package init(path: String) throws {
        self.path = path
        entriesPath = path + ".entries"
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            .joined(separator: "/")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        entries = try FileHandleOutput(path: entriesPath)
    }

    deinit {
        unlink(entriesPath)
    }

    /// Adds one file.
    package func add(_ entry: ManifestEntry) throws {
        try entries.write(Data(ManifestText.entry(entry, isFirst: isFirst)))
        isFirst = false
    }

    /// Writes the manifest, flushed, in one step: from now on it is there.
    package func finish(_ header: ManifestHeader) throws {
        try entries.flush()
        let staged = path + ".staged"
        let output = try FileHandleOutput(path: staged)
        try output.write(Data(ManifestText.opening(header)))
        _ = try FileHasher().hash(path: entriesPath) { piece in
            try output.write(Data(piece))
        }
        try output.write(Data(ManifestText.closing))
        try output.flush()
        guard rename(staged, path) == 0 else { throw FileHandleOutput.failure(path) }
        try FileHandleOutput.flushFolder(of: path)
    }
}
