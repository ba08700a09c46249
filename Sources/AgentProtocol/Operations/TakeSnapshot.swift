package import BackupModel

/// Take a Cassandra snapshot of the selected keyspaces, refused below the free-space floor.
///
/// A snapshot of the tag that this very job took earlier counts as taken. When it fails, nothing of
/// the tag is left on the node.
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
