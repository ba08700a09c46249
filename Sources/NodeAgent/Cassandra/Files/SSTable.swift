package import BackupModel

/// One SSTable of a snapshot with all its files.
package struct SSTable: Sendable, Hashable {
    /// One of its files.
    package struct Component: Sendable, Hashable {
        /// Such as `Data.db`, `TOC.txt` or `SAI+aa+Meta.db`.
        package var name: String
        /// The file's own name in the folder.
        package var file: String
        package var path: String
        package var identity: FileIdentity

        package init(name: String, file: String, path: String, identity: FileIdentity) {
            self.name = name
            self.file = file
            self.path = path
            self.identity = identity
        }

        /// Bytes.
        package var size: Int64 { Int64(identity.size) }
    }

    package var table: TableName
    /// 32 hex digits; `nil` for versions before 2.1.
    package var tableID: String?
    package var folder: String
    package var descriptor: SSTableDescriptor
    /// Sorted by name.
    package var components: [Component]

    package init(
        table: TableName, tableID: String?, folder: String, descriptor: SSTableDescriptor,
        components: [Component]
    ) {
        self.table = table
        self.tableID = tableID
        self.folder = folder
        self.descriptor = descriptor
        self.components = components
    }

    package func component(_ name: String) -> Component? {
        components.first { $0.name == name }
    }

    /// Bytes of all its files.
    package var size: Int64 { components.reduce(0) { $0 + $1.size } }
}
