/// What a file in a table's folder is, by its name alone.
///
/// - `mc-1-big-Data.db`, `nb-3gxy_0abc_1sq8w247bs403p5z1x-big-Index.db`, `da-…-bti-Rows.db` from
///   version 2.2 on;
/// - `app-users-ia-1-Data.db` before, where `app-users.users_name-ia-1-Data.db` belongs to a
///   secondary index of the table.
package enum SSTableFileName: Sendable, Hashable {
    case component(SSTableDescriptor, String)
    /// A component of a secondary index that lies among the table's own files.
    case index(SSTableDescriptor, String)
    /// Still being written by Cassandra (`tmp-`, `tmplink-`, a compaction's log).
    case temporary
    /// Anything else, such as `manifest.json` and `schema.cql`.
    case other

    package init(_ name: String) {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        if Self.isTemporary(name, parts) {
            self = .temporary
        } else if let modern = Self.modern(parts) {
            self = modern
        } else if let legacy = Self.legacy(parts) {
            self = legacy
        } else {
            self = .other
        }
    }

    private static func isTemporary(_ name: String, _ parts: [String]) -> Bool {
        let marks: Set<String> = ["tmp", "tmplink"]
        if let first = parts.first, marks.contains(first) { return true }
        if parts.count >= 5, marks.contains(parts[2]) { return true }
        return name.hasSuffix(".tmp") || (name.contains("_txn_") && name.hasSuffix(".log"))
    }

    private static func modern(_ parts: [String]) -> SSTableFileName? {
        guard parts.count >= 4, isVersion(parts[0]), !parts[1].isEmpty,
            ["big", "bti"].contains(parts[2])
        else { return nil }
        let component = parts[3...].joined(separator: "-")
        guard !component.isEmpty else { return nil }
        return .component(
            SSTableDescriptor(
                prefix: parts[..<3].joined(separator: "-"), version: parts[0],
                generation: parts[1], format: parts[2], isLegacyName: false),
            component)
    }

    private static func legacy(_ parts: [String]) -> SSTableFileName? {
        guard parts.count >= 5, !parts[0].isEmpty, !parts[1].isEmpty, isVersion(parts[2]),
            !parts[3].isEmpty, parts[3].utf8.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        let component = parts[4...].joined(separator: "-")
        guard !component.isEmpty else { return nil }
        let descriptor = SSTableDescriptor(
            prefix: parts[..<4].joined(separator: "-"), version: parts[2], generation: parts[3],
            format: "big", isLegacyName: true)
        return parts[1].contains(".")
            ? .index(descriptor, component) : .component(descriptor, component)
    }

    /// Two letters in lower case.
    private static func isVersion(_ part: String) -> Bool {
        part.utf8.count == 2 && part.utf8.allSatisfy { (97...122).contains($0) }
    }
}
