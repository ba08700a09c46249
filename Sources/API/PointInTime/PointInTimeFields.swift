import BackupModel
import Catalog

/// What the body of a point-in-time check or restore says, read and checked by itself; every
/// refusal names its key.
struct PointInTimeFields {
    /// The end of the year 9999.
    private static let latest: Double = 253_402_300_799

    private let fields: Fields

    init(_ fields: Fields) {
        self.fields = fields
    }

    /// The moment to go back to, and with what. `truncate` is accepted and changes nothing: the
    /// chosen tables are replaced.
    func question() throws -> PointInTimeQuestion {
        guard let pit = try fields.number("pit", minimum: 0) else {
            throw APIError.invalid("pit: is missing; it is a time in seconds since 1970.")
        }
        guard pit <= Self.latest else {
            throw APIError.invalid("pit: got \(pit), accepted is a time in seconds since 1970.")
        }
        let destination = try place("destination") ?? DestinationID.onServer
        var keyspaces: [String: [String]] = [:]
        for (keyspace, options) in try fields.objects("keyspaces") ?? [:] {
            keyspaces[keyspace] = try options.texts("column-families") ?? []
            _ = try options.flag("truncate")
        }
        return PointInTimeQuestion(
            pit: Int64(pit.rounded(.down)), destinationID: destination,
            segmentsID: try place("pit_destination") ?? destination,
            selection: TableSelection(keyspaces: keyspaces))
    }

    /// Seconds between the starts of two nodes.
    func restartPause() throws -> Int {
        Int(min(try fields.number("restart_pause", minimum: 0) ?? 60, 86_400))
    }

    private func place(_ key: String) throws -> String? {
        try fields.text(key).flatMap { $0.isEmpty ? nil : $0 }
    }
}
