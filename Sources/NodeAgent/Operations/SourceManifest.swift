import AgentProtocol
import BackupModel
import Destinations
import FoundationEssentials

/// The manifest of one host's part of a backup, on this node's disk.
struct SourceManifest {
    let path: String
    private let isTemporary: Bool

    /// Finds it on the node, or fetches it from its destination.
    init(_ source: BackupSource, tag: BackupTag, in context: AgentContext) async throws {
        switch source {
        case .onServer:
            path = context.manifestPath(tag)
            isTemporary = false
            guard FileManager.default.fileExists(atPath: path) else {
                throw OperationFailure(
                    code: .notFound, object: tag.text,
                    message: "The node has no captured snapshot \(tag).")
            }
        case .destination(let destination, let host):
            let target = try context.open(destination)
            path = "\(context.configuration.stateDirectory)/.manifest-\(UUID().uuidString)"
            isTemporary = true
            let output = try FileHandleOutput(path: path)
            for try await piece in try await target.read(
                RepositoryLayout(hostID: host).manifest(tag))
            {
                try output.write(Data(piece))
            }
            try output.flush()
        }
    }

    /// Removes what was fetched.
    func discard() throws {
        if isTemporary { try FileManager.default.removeItem(atPath: path) }
    }
}
