package import BackupModel

extension ObjectBody {
    /// The file's own bytes, of an object that is read as it is stored.
    ///
    /// - Throws: `ZstdError`, at once for a compression that is not known, and as it is read where
    ///   the object is damaged.
    package func content(of entry: ManifestEntry) throws -> ObjectBody {
        switch entry.compression {
        case nil: return self
        case ManifestEntry.zstd?: return try decompressed(name: entry.name, size: entry.size)
        case let method?:
            throw ZstdError(
                code: .unknownMethod, object: entry.name,
                message: "\(entry.name) is compressed with '\(method)', which is not known here")
        }
    }
}
