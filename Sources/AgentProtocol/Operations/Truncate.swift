package import BackupModel

/// Truncate tables of the cluster. Sent to one node; needs all nodes up, as Cassandra does.
package struct Truncate: OperationParameters {
    package typealias Result = NoResult
    package static let kind = OperationKind.truncate

    package var tables: [TableName]

    package init(tables: [TableName]) {
        self.tables = tables
    }
}
