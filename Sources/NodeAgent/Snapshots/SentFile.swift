import BackupModel

/// A file of a snapshot that a destination has.
struct SentFile: Sendable {
    /// As the destination holds it.
    var entry: ManifestEntry
    /// Bytes that had to be sent.
    var bytes: Int64
}
