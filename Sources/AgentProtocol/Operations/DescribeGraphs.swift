package import BackupModel

/// Read which graphs a backup holds, by the schema that is stored with it.
package struct DescribeGraphs: OperationParameters {
    package static let kind = OperationKind.describeGraphs

    package var tag: BackupTag
    package var source: BackupSource

    package init(tag: BackupTag, source: BackupSource) {
        self.tag = tag
        self.source = source
    }

    package struct Result: Codable, Sendable, Hashable {
        /// Graph → its keyspaces in the backup, sorted.
        package var graphs: [String: [String]]

        package init(graphs: [String: [String]]) {
            self.graphs = graphs
        }
    }
}
