import AgentProtocol
import BackupModel

/// What the uploads of all nodes to one destination came to.
struct SentCopy: Sendable {
    var results: [(ClusterNode, Upload.Result)]
    var failures: [(ClusterNode, NodeFailure)]

    /// Bytes written to the destination, over all nodes.
    var storedBytes: Int64 { results.reduce(0) { $0 + $1.1.storedBytes } }

    /// What the destination holds of each node.
    var parts: [NodePart] {
        results.map { NodePart(node: $0.0, tables: $0.1.tables, milliseconds: $0.1.milliseconds) }
    }
}

extension JobContext {
    /// Has nodes send their snapshot of the tag to a destination, all at the same time.
    ///
    /// - Parameter destinations: all that the job sends to, with their options.
    func send(
        _ tag: BackupTag, from nodes: [ClusterNode], to id: String,
        of destinations: [String: TransferOptions]
    ) async throws -> SentCopy {
        guard let destination = try await destination(id) else {
            let gone = NodeFailure(isAbsence: false, message: "Destination \(id) is gone.")
            return SentCopy(results: [], failures: nodes.map { ($0, gone) })
        }
        let options = destinations[id] ?? TransferOptions()
        // Numbered, because an id may hold what the name of an operation may not.
        let number = destinations.keys.sorted().firstIndex(of: id) ?? 0
        let sent = try await everywhere(nodes, stage: "upload-\(number)") { _ in
            Upload(tag: tag, destination: destination, options: options)
        }
        return SentCopy(results: sent.results, failures: sent.failures)
    }
}
