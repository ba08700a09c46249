/// Drop the keyspaces of a restore drill and remove what they leave on the node: Cassandra takes a
/// snapshot of what is dropped. What is gone already is gone.
///
/// Refused for any keyspace whose name is no drill's.
package struct DropDrill: OperationParameters {
    package typealias Result = NoResult
    package static let kind = OperationKind.dropDrill

    package var keyspaces: [String]

    package init(keyspaces: [String]) {
        self.keyspaces = keyspaces
    }
}
