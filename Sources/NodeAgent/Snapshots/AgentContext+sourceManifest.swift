import AgentProtocol
import BackupModel
import Destinations
import FoundationEssentials

extension AgentContext {
    /// Runs `body` with the manifest of one host's part of a backup, found on the node or fetched
    /// from its destination. Of what was fetched nothing is left, however it ends: the file has
    /// no name while it is used.
    ///
    /// - Throws: `OperationFailure` of code `notFound` where there is none; what `body` throws.
    func withSourceManifest<Result>(
        _ source: BackupSource, tag: BackupTag,
        _ body: (SourceManifest) async throws -> Result
    ) async throws -> Result {
        switch source {
        case .onServer:
            let path = manifestPath(tag)
            guard FileManager.default.fileExists(atPath: path) else {
                throw OperationFailure(
                    code: .notFound, object: tag.text,
                    message: "The node has no captured snapshot \(tag).")
            }
            return try await body(
                SourceManifest(path: path, name: path, tag: tag, host: nil, threads: files))
        case .destination(let destination, let host):
            let target = try open(destination)
            let object = RepositoryLayout(hostID: host).manifest(tag)
            let output = try FileHandleOutput.nameless(in: configuration.stateDirectory)
            defer { withExtendedLifetime(output) {} }
            for try await piece in try await target.read(object) { try output.write(Data(piece)) }
            try output.writeOut()
            return try await body(
                SourceManifest(
                    path: output.openPath, name: "\(object) on \(target.label)", tag: tag,
                    host: host, threads: files))
        }
    }
}
