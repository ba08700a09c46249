/// One file of a backup: an element of `sstables` in `backup.json`.
///
/// `name`, `uniquifier`, `keyspace`, `cf` and `version` are the original's members; the others are
/// ours and missing in backups that the original wrote. All members are scalars, because tools in
/// the field split each element at its commas.
package struct ManifestEntry: Hashable, Sendable, Codable {
    /// The object's name under `sstables/`: `<sha256>-<file>`, with `.zst` where it is compressed.
    package var name: String
    /// The part of `name` before the file's own name: the SHA-256 of its content where we wrote it.
    package var uniquifier: String
    package var keyspace: String
    package var table: String
    /// The SSTable format, such as `nb`.
    package var version: String
    /// The file's own name in its table's folder.
    package var file: String?
    /// Bytes of the file, uncompressed.
    package var size: Int64?
    /// SHA-256 of the file's content, 64 hex digits in lower case.
    package var sha256: String?
    /// Cassandra's table id, 32 hex digits.
    package var tableID: String?
    /// `zstd`, or `nil` for a file stored as it is.
    package var compression: String?
    /// Bytes of the object, where the file is compressed.
    package var storedSize: Int64?

    package init(
        name: String, uniquifier: String, keyspace: String, table: String, version: String,
        file: String?, size: Int64?, sha256: String?, tableID: String?, compression: String?,
        storedSize: Int64? = nil
    ) {
        self.name = name
        self.uniquifier = uniquifier
        self.keyspace = keyspace
        self.table = table
        self.version = version
        self.file = file
        self.size = size
        self.sha256 = sha256
        self.tableID = tableID
        self.compression = compression
        self.storedSize = storedSize
    }

    enum CodingKeys: String, CodingKey {
        case name, uniquifier, keyspace, version, file, size, sha256, compression
        case table = "cf"
        case tableID = "table_id"
        case storedSize = "stored_size"
    }
}
