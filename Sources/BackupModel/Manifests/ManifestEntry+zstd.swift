extension ManifestEntry {
    /// What `compression` is for an object in zstd.
    package static let zstd = "zstd"

    /// The same file, stored in zstd.
    ///
    /// - Parameter storedSize: bytes of the object.
    package func inZstd(storedSize: Int64) -> ManifestEntry {
        var entry = self
        entry.name = RepositoryLayout.compressed(name)
        entry.compression = Self.zstd
        entry.storedSize = storedSize
        return entry
    }
}
