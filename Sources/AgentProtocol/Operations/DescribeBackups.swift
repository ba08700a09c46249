package import BackupModel

/// Read what the manifests of some parts of backups say about them.
package struct DescribeBackups: OperationParameters {
    package static let kind = OperationKind.describeBackups

    package var destination: DestinationDescription
    package var parts: [BackupPart]

    package init(destination: DestinationDescription, parts: [BackupPart]) {
        self.destination = destination
        self.parts = parts
    }

    package struct Result: Codable, Sendable, Hashable {
        /// Of the parts in their order; fewer where the answer would grow too large, never none.
        package var found: [FoundPart]

        package init(found: [FoundPart]) {
            self.found = found
        }
    }
}
