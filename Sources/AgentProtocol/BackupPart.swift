package import BackupModel

/// One host's part of a backup on a destination, as a listing finds it; ordered by host, then tag.
package struct BackupPart: Codable, Sendable, Hashable, Comparable {
    package var hostID: HostID
    package var tag: BackupTag
    /// Bytes of its `backup.json`.
    package var manifestBytes: Int64

    package init(hostID: HostID, tag: BackupTag, manifestBytes: Int64) {
        self.hostID = hostID
        self.tag = tag
        self.manifestBytes = manifestBytes
    }

    package static func < (left: BackupPart, right: BackupPart) -> Bool {
        (left.hostID.text, left.tag.text) < (right.hostID.text, right.tag.text)
    }
}
