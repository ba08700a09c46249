import BackupModel
import Destinations
import FoundationEssentials

/// The `backup.json` of a destination that does not hold every file as the node's own manifest
/// names it. Entries come in the order of that one.
final class DestinationManifest {
    private let output: FileHandleOutput
    private var isFirst = true

    /// - Parameters:
    ///   - header: the node's own.
    ///   - folder: on whose file system it is written.
    init(_ header: ManifestHeader, in folder: String) throws {
        output = try FileHandleOutput.nameless(in: folder)
        try output.write(Data(ManifestText.opening(header)))
    }

    /// Adds one file as the destination holds it.
    func add(_ entry: ManifestEntry) throws {
        try output.write(Data(ManifestText.entry(entry, isFirst: isFirst)))
        isFirst = false
    }

    /// The whole manifest, to be sent.
    func finish(threads: FileThreads) throws -> SpooledFile {
        try output.write(Data(ManifestText.closing))
        try output.writeOut()
        return SpooledFile(output, threads: threads)
    }
}
