package import BackupModel

/// Bring files of a backup to the node's staging folder and check the hash of each.
///
/// It succeeds only when every file is there and whole. Live data is not touched.
package struct Stage: OperationParameters {
    package static let kind = OperationKind.stage

    /// Names the staging folder; the request's id.
    package var stagingID: String
    package var tag: BackupTag
    package var source: BackupSource
    package var selection: TableSelection
    /// Megabytes (10^6) per second; `nil` for no limit.
    package var throttle: Double?

    package init(
        stagingID: String, tag: BackupTag, source: BackupSource, selection: TableSelection,
        throttle: Double?
    ) {
        self.stagingID = stagingID
        self.tag = tag
        self.source = source
        self.selection = selection
        self.throttle = throttle
    }

    package struct Result: Codable, Sendable, Hashable {
        package var tables: [TableOutcome]
        /// Files whose content nothing proves: OpsCenter's without digest.
        package var unverified: Int

        package init(tables: [TableOutcome], unverified: Int = 0) {
            self.tables = tables
            self.unverified = unverified
        }
    }
}
