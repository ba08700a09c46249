package import BackupModel
import FoundationEssentials

/// How `backup.json` is written: pieces of text that make it up when put one after the other.
///
/// The file is one JSON object in UTF-8. Its first line holds all members of `ManifestHeader`
/// (sorted by name) and opens the last member, `sstables`; each further line is one
/// `ManifestEntry` (members sorted by name) with the comma that divides it from the next one; the
/// last line is `]}`:
///
///     {"cassandra_version":"4.1.6",…,"written_time":1489763200,"sstables":[
///     {"cf":"t","compression":…,"keyspace":"ks","name":"<sha256>-nb-1-big-Data.db",…},
///     {"cf":"t",…}
///     ]}
package enum ManifestText {
    /// The first line.
    package static func opening(_ header: ManifestHeader) throws -> [UInt8] {
        var text = try Array(encoder().encode(header))
        text.removeLast()
        return text + Array(",\"sstables\":[\n".utf8)
    }

    /// An entry's line but for its end, with what divides it from the one before.
    package static func entry(_ entry: ManifestEntry, isFirst: Bool) throws -> [UInt8] {
        let line = try Array(encoder().encode(entry))
        return isFirst ? line : Array(",\n".utf8) + line
    }

    /// The last line, with the end of the one before.
    package static let closing = Array("\n]}\n".utf8)

    private static func encoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}
