package import BackupModel

extension RestoreRun {
    /// How a table stands when a restore ends.
    package enum TableState: String, Codable, Sendable {
        /// All of it is loaded.
        case restored
        /// It is as it was.
        case untouched
        /// TRUNCATE was asked for and is not known to have been done: it is as it was, or empty.
        case truncating
        /// It was truncated, and not or not wholly loaded.
        case emptied
        /// It was not truncated, and is not wholly loaded.
        case unfinished
    }

    /// What the request keeps in `details.restore`.
    package struct Report: Encodable, Sendable {
        package var tables: [String: TableState]
        package var unverified: Int
        package var unrestoredRanges: [String: [[String]]]

        enum CodingKeys: String, CodingKey {
            case tables, unverified
            case unrestoredRanges = "unrestored_ranges"
        }
    }

    package var report: Report {
        Report(
            tables: Dictionary(
                uniqueKeysWithValues: plan.tables.map { ($0.description, state(of: $0)) }),
            unverified: unverified,
            unrestoredRanges: plan.unrestored.mapValues { ranges in
                ranges.map { [$0.start.text, $0.end.text] }
            })
    }

    package func state(of table: TableName) -> TableState {
        guard isPastBarrier else { return .untouched }
        let parts = allParts.filter { $0.table == table }
        // Of a table without a file nothing has to be loaded, once the others are.
        let isRestored =
            parts.isEmpty ? failure == nil && !cancelled : parts.isSubset(of: loaded)
        if isRestored || plan.done.contains(table) { return .restored }
        guard plan.truncate.contains(table) else { return .unfinished }
        return mayBeTruncated == true ? .truncating : .emptied
    }

    /// A reason with what it means for each table.
    func explained(_ reason: String) -> String {
        guard isPastBarrier else { return reason }
        let states = Dictionary(grouping: plan.tables, by: state)
        func named(_ state: TableState, _ words: String) -> String? {
            states[state].map { tables in
                "\(words): \(tables.map(\.description).joined(separator: ", "))."
            }
        }
        return [
            reason,
            named(.restored, "Restored"),
            named(.truncating, "Perhaps truncated, and not loaded"),
            named(.emptied, "Truncated and not wholly loaded"),
            named(.unfinished, "Not wholly loaded"),
            "The same restore asked for again goes on from there.",
        ].compactMap { $0 }.joined(separator: " ")
    }
}
