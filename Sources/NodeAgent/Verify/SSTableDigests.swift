import BackupModel
import Destinations

/// Where a manifest without hashes names Cassandra's own digests of its Data.db files.
struct SSTableDigests: Sendable {
    /// The component and its entry, by keyspace, table and the file names' beginning.
    private var components: [String: (component: String, entry: ManifestEntry)] = [:]

    /// Notes an entry that is a digest of files of which no hash is known.
    mutating func note(_ entry: ManifestEntry) {
        guard entry.sha256 == nil, let (prefix, component) = Self.parts(of: entry) else { return }
        guard let rank = StoredDigest.components.firstIndex(of: component) else { return }
        let known = components[prefix].flatMap {
            StoredDigest.components.firstIndex(of: $0.component)
        }
        if rank < known ?? .max { components[prefix] = (component, entry) }
    }

    /// What Cassandra noted of this file; `nil` where it is no Data.db or has no digest.
    func digest(of entry: ManifestEntry, in files: any StoredFiles) async throws -> StoredDigest? {
        guard entry.sha256 == nil, let (prefix, component) = Self.parts(of: entry),
            component == "Data.db", let known = components[prefix]
        else { return nil }
        let content = try await files.open(known.entry).collect(
            upTo: 65_536, of: files.name(of: known.entry))
        return StoredDigest(
            component: known.component, content: String(decoding: content, as: UTF8.self))
    }

    private static func parts(of entry: ManifestEntry) -> (prefix: String, component: String)? {
        guard let file = entry.file,
            case .component(let descriptor, let component) =
                SSTableFileName(file)
        else { return nil }
        return ("\(entry.keyspace)/\(entry.table)/\(descriptor.prefix)", component)
    }
}
