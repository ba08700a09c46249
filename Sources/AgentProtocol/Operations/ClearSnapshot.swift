package import BackupModel

/// Remove a snapshot of ours and the node's manifest of it. A snapshot that is not there is cleared.
package struct ClearSnapshot: OperationParameters {
    package typealias Result = NoResult
    package static let kind = OperationKind.clearSnapshot

    package var tag: BackupTag

    package init(tag: BackupTag) {
        self.tag = tag
    }
}
