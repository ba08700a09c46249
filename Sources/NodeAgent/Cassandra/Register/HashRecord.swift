import GRDB

/// A row of the hash register. SQLite's integers are signed; the bits of unsigned ones are kept.
struct HashRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "file_hash"

    var device: Int64
    var inode: Int64
    var size: Int64
    var modified: Int64
    var born: Int64
    var sha256: String
    var crc32: Int64
    var verified: Bool
    /// Seconds since 1970.
    var seen: Int64

    init(_ identity: FileIdentity, _ known: HashRegister.Known, seen: Int64) {
        device = Int64(bitPattern: identity.device)
        inode = Int64(bitPattern: identity.inode)
        size = Int64(bitPattern: identity.size)
        modified = identity.modified
        born = identity.born
        sha256 = known.hashes.sha256
        crc32 = Int64(known.hashes.crc32)
        verified = known.isVerified
        self.seen = seen
    }

    static func key(of identity: FileIdentity) -> [String: any DatabaseValueConvertible] {
        [
            "device": Int64(bitPattern: identity.device),
            "inode": Int64(bitPattern: identity.inode),
            "size": Int64(bitPattern: identity.size),
            "modified": identity.modified, "born": identity.born,
        ]
    }

    func known(size: UInt64) -> HashRegister.Known {
        HashRegister.Known(
            hashes: FileHashes(
                sha256: sha256, crc32: UInt32(truncatingIfNeeded: crc32), size: Int64(size)),
            isVerified: verified)
    }
}
