package import BackupModel

/// Write a probe to a destination, read it back and delete it. Fails with the provider's reason.
package struct ValidateDestination: OperationParameters {
    package typealias Result = NoResult
    package static let kind = OperationKind.validateDestination

    package var destination: DestinationDescription

    package init(destination: DestinationDescription) {
        self.destination = destination
    }
}
