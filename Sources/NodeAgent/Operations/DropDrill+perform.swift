package import AgentProtocol
import BackupModel
import FoundationEssentials

extension DropDrill: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> NoResult
    {
        for keyspace in keyspaces {
            guard DrillName.isOne(keyspace) else {
                throw OperationFailure(
                    code: .invalid, object: keyspace,
                    message: "The keyspace \(keyspace) is no restore drill's.")
            }
        }
        for keyspace in keyspaces {
            try await drop(keyspace, context)
            try Self.removeFolders(of: keyspace, context)
        }
        return NoResult()
    }

    private func drop(_ keyspace: String, _ context: AgentContext) async throws {
        guard try await context.cql.keyspaces().contains(keyspace) else { return }
        do {
            try await context.cql.execute("DROP KEYSPACE \(CQLIdentifier.quoted(keyspace))")
        } catch let error as CQLError where error.code == .unknownKeyspace {
            return
        }
        // This node's files may only go when it knows that they are nobody's.
        for _ in 0..<60 {
            if try await !context.cql.keyspaces().contains(keyspace) { return }
            try await Task.sleep(for: .milliseconds(500))
        }
        throw OperationFailure(
            code: .unreachable, object: keyspace,
            message: "The keyspace \(keyspace) is still there after it was dropped.")
    }

    private static func removeFolders(of keyspace: String, _ context: AgentContext) throws {
        for directory in context.directories.paths {
            let folder = "\(directory)/\(keyspace)"
            if FolderReader.isFolder(folder) {
                try FileManager.default.removeItem(atPath: folder)
            }
        }
    }
}
