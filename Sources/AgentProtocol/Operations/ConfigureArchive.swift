/// Write the node's `commitlog_archiving.properties` as archiving is configured now, keeping all
/// else that is in it; where it is switched off, as it was before.
package struct ConfigureArchive: OperationParameters {
    package static let kind = OperationKind.configureArchive

    package struct Result: Codable, Sendable, Hashable {
        /// Whether the Cassandra that runs has not read the file as it is now.
        package var needsRestart: Bool

        package init(needsRestart: Bool) {
            self.needsRestart = needsRestart
        }
    }

    package var epoch: Int64
    package var isEnabled: Bool
    /// Where Cassandra is to archive to: an absolute path without spaces.
    package var directory: String

    package init(epoch: Int64, isEnabled: Bool, directory: String) {
        self.epoch = epoch
        self.isEnabled = isEnabled
        self.directory = directory
    }
}
