import AgentProtocol
import BackupModel
import Destinations
import FoundationEssentials

extension AgentContext {
    /// The schema that a backup stores: of its manifest, or where that has none, as OpsCenter's
    /// have not, of the `schema.json` of each keyspace that is meant.
    ///
    /// - Returns: keyspace → its statements in the order in which they can be run; a keyspace of
    ///   which nothing is stored is not there.
    func storedSchema(
        _ header: ManifestHeader, source: BackupSource, tag: BackupTag, selection: TableSelection
    ) async throws -> [String: [CQLStatement]] {
        guard header.schema.isEmpty, case .destination(let description, let host) = source else {
            return Dictionary(
                header.schema.filter { selection.contains(keyspace: $0.keyspace) }.map {
                    ($0.keyspace, CQLScript.statements(of: $0.statements.joined(separator: ";\n")))
                }, uniquingKeysWith: +)
        }
        let destination = try open(description)
        let layout = RepositoryLayout(hostID: host)
        var schema: [String: [CQLStatement]] = [:]
        for keyspace in Set(header.tables.map(\.keyspace))
        where selection.contains(keyspace: keyspace) {
            let object = layout.schema(tag, keyspace: keyspace)
            guard let size = try await destination.size(of: object) else { continue }
            guard size <= StoredSchemaText.limit else {
                throw OperationFailure(
                    code: .corrupt, object: object,
                    message: "\(object) on \(destination.label) has \(size) bytes: it is no schema."
                )
            }
            var content = Data()
            for try await piece in try await destination.read(object) {
                content.append(contentsOf: piece)
            }
            schema[keyspace] = StoredSchemaText(content).statements()
        }
        return schema
    }
}
