package import AgentProtocol
package import BackupModel

/// A table's snapshot that must not be taken for a backup: something of it is missing or damaged.
package struct CaptureError: CassandraFailure, Hashable {
    package enum Code: String, Sendable, CaseIterable {
        /// A file that TOC.txt lists, or that every SSTable has, is not there.
        case missingComponent = "missing_component"
        /// The content is not that of which Cassandra wrote the digest.
        case digestMismatch = "digest_mismatch"
        /// Shorter than it must be, or than it was when it was opened.
        case truncated
        /// TOC.txt, a digest or CompressionInfo.db makes no sense.
        case malformed
        case unreadable
        case temporaryFile = "temporary_file"
        case foreignFile = "foreign_file"
        case ambiguousTable = "ambiguous_table"
    }

    package var code: Code
    package var table: TableName
    /// The file that it is about.
    package var path: String
    package var detail: String

    package init(code: Code, table: TableName, path: String, detail: String) {
        self.code = code
        self.table = table
        self.path = path
        self.detail = detail
    }

    package var failure: OperationFailure {
        OperationFailure(
            code: .corrupt, object: table.description, message: "\(table): \(path): \(detail)")
    }
}
