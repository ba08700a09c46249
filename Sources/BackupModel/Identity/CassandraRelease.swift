/// A release of Cassandra, and what it can do.
package struct CassandraRelease: Hashable, Sendable, Comparable {
    package var major: Int
    package var minor: Int

    /// - Parameter version: such as `4.1.6` or `1.2.0-SNAPSHOT`; what is no number counts as 0.
    package init(_ version: String) {
        let parts = version.split(separator: ".").map { Int($0.prefix { $0.isNumber }) ?? 0 }
        major = parts.first ?? 0
        minor = parts.count > 1 ? parts[1] : 0
    }

    private init(_ major: Int, _ minor: Int) {
        (self.major, self.minor) = (major, minor)
    }

    package static func < (left: CassandraRelease, right: CassandraRelease) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }

    /// Whether tables have ids, and folders named for them.
    package var hasTableIDs: Bool { self >= CassandraRelease(2, 1) }

    /// Whether it can replay the commitlogs of chosen tables alone, by `cassandra.replayList`.
    package var hasReplayList: Bool { self >= CassandraRelease(2, 0) }

    /// Whether it reads `restore_point_in_time` as UTC; the time zone of its own process otherwise.
    package var readsRestoreTimeAsUTC: Bool { self >= CassandraRelease(2, 0) }

    /// Whether there are materialized views, which are tables of their own.
    package var hasViews: Bool { self >= CassandraRelease(3, 0) }

    /// Whether `nodetool rebuild_index` takes an index's own name; `table.index` otherwise.
    package var namesIndexesAlone: Bool { self >= CassandraRelease(3, 0) }
}
