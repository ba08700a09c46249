package import BackupModel

/// Send a captured snapshot to a destination: the files it lacks first, `backup.json` last.
package struct Upload: OperationParameters {
    package static let kind = OperationKind.upload

    package var tag: BackupTag
    package var destination: DestinationDescription
    package var options: TransferOptions

    package init(tag: BackupTag, destination: DestinationDescription, options: TransferOptions) {
        self.tag = tag
        self.destination = destination
        self.options = options
    }

    /// The tables as the destination holds them; `newSize` is what had to be sent.
    package struct Result: Codable, Sendable, Hashable {
        package var tables: [TableOutcome]
        /// Bytes written to the destination, compression counted.
        package var storedBytes: Int64
        /// How long it took, since the agent last started; `nil` from an agent that does not tell.
        package var milliseconds: Int64?

        package init(tables: [TableOutcome], storedBytes: Int64, milliseconds: Int64? = nil) {
            self.tables = tables
            self.storedBytes = storedBytes
            self.milliseconds = milliseconds
        }
    }
}
