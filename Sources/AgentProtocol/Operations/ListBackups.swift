package import BackupModel

/// List what a destination holds, a page at a time: each host's part of each backup, ordered by
/// host and tag.
package struct ListBackups: OperationParameters {
    package static let kind = OperationKind.listBackups

    package var destination: DestinationDescription
    /// The last part of the page before; `nil` for the first page.
    package var after: BackupPart?
    /// Parts in a page.
    package var limit: Int

    package init(destination: DestinationDescription, after: BackupPart?, limit: Int) {
        self.destination = destination
        self.after = after
        self.limit = limit
    }

    package struct Result: Codable, Sendable, Hashable {
        /// Fewer than `limit` only at the end.
        package var parts: [BackupPart]

        package init(parts: [BackupPart]) {
            self.parts = parts
        }
    }
}
