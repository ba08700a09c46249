/// How a version of Cassandra takes in SSTables that it did not write.
package enum Intake: Sendable, Hashable {
    /// `nodetool refresh`: they lie in the table's own folders, and it gives them new numbers.
    case refresh
    /// `nodetool import`, since version 4.0: they lie in a folder of their own, and it moves them
    /// to where they belong among its data directories.
    case move

    /// - Parameter version: such as `4.1.6` or `1.2.0-SNAPSHOT`.
    package init(version: String) {
        let major = version.prefix { $0.isNumber }
        self = (Int(major) ?? 0) >= 4 ? .move : .refresh
    }
}
