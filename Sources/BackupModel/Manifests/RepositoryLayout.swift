/// Where everything lies on a destination: repository format 1. All paths are relative to its root.
package struct RepositoryLayout: Hashable, Sendable {
    package var hostID: HostID

    package init(hostID: HostID) {
        self.hostID = hostID
    }

    /// Folder of all that belongs to the node.
    package var root: String { "snapshots/\(hostID)" }

    /// Folder of the node's files, shared by all its backups.
    package var sstables: String { "\(root)/sstables" }

    /// An object in it, by a manifest entry's `name`.
    package func object(named name: String) -> String { "\(sstables)/\(name)" }

    /// Folder of one backup.
    package func backup(_ tag: BackupTag) -> String { "\(root)/\(tag)" }

    /// The manifest, written last.
    package func manifest(_ tag: BackupTag) -> String { "\(backup(tag))/backup.json" }

    /// The schema of one keyspace.
    package func schema(_ tag: BackupTag, keyspace: String) -> String {
        "\(backup(tag))/\(keyspace)/schema.json"
    }

    /// The name under `sstables/` of a file with this content.
    package static func objectName(sha256: String, file: String, compressed: Bool) -> String {
        let name = "\(sha256)-\(file)"
        return compressed ? self.compressed(name) : name
    }

    /// The name of the object that holds the same file in zstd.
    package static func compressed(_ name: String) -> String { "\(name).zst" }
}
