/// The name of a backup: `opscenter_adhoc_2017-03-17-15-06-09-UTC`, or with a schedule's id in place of `adhoc`.
///
/// A tag is a folder name on every node and destination. Any tag that is a safe path component is
/// accepted, because destinations may hold backups that somebody else named.
package struct BackupTag: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// Accepts 1 to 200 of `A–Z a–z 0–9 _ - . :`, not beginning with a dot or a dash.
    package init(_ text: String) throws(InvalidName) {
        let allowed = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
                UInt8(ascii: "."), UInt8(ascii: ":"):
                true
            default:
                false
            }
        }
        guard allowed, (1...200).contains(text.utf8.count), !text.hasPrefix("."),
            !text.hasPrefix("-")
        else {
            throw InvalidName(
                kind: "backup tag", text: text,
                accepted: "1 to 200 letters, digits and _ - . :, not beginning with . or -")
        }
        self.text = text
    }

    /// The tag of a run that nobody scheduled.
    ///
    /// - Parameter epochSeconds: the time of the run, whole seconds since 1970, UTC.
    package static func adhoc(at epochSeconds: Int64) -> BackupTag {
        BackupTag(trusted: "opscenter_adhoc_\(CivilTime(epochSeconds: epochSeconds).tagText)-UTC")
    }

    /// The tag of a scheduled run.
    package static func scheduled(by scheduleID: String, at epochSeconds: Int64)
        throws(InvalidName) -> BackupTag
    {
        try BackupTag(
            "opscenter_\(scheduleID)_\(CivilTime(epochSeconds: epochSeconds).tagText)-UTC")
    }

    private init(trusted text: String) {
        self.text = text
    }

    package var description: String { text }
}

extension BackupTag: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
