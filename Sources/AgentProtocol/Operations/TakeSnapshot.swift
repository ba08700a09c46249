package import BackupModel

/// Take a Cassandra snapshot of the selected keyspaces, refused below the free-space floor.
///
/// What an interrupted attempt left under the tag is cleared first. What a failed one leaves is
/// cleared by whoever ordered it.
package struct TakeSnapshot: OperationParameters {
    package typealias Result = NoResult
    package static let kind = OperationKind.takeSnapshot

    package var tag: BackupTag
    package var selection: TableSelection

    package init(tag: BackupTag, selection: TableSelection) {
        self.tag = tag
        self.selection = selection
    }
}
