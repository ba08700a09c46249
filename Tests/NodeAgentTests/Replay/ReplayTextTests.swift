import BackupModel
import NodeAgent
import Testing

/// What is read and written of Cassandra's own texts.
@Suite struct ReplayTextTests {
    @Test func `the earliest write of a table's rows tells when it was made`() {
        let text = """

             keyspace_name | columnfamily_name | writetime(validator)
            ---------------+-------------------+----------------------
                         k |             users |     1795434680092000
                         k |             users |     1795434680091000
                         k |            orders |                 null

            (3 rows)
            """
        #expect(
            CQLShell.firstWrites(in: text) == [
                TableName(keyspace: "k", table: "users"): TableIdentity(made: 1_795_434_680_091_000)
            ])
    }

    @Test func `a moment is written in UTC`() {
        #expect(RestoreMoment.text(1_450_143_120, version: "4.1.6") == "2015:12:15 01:32:00")
    }

    @Test(arguments: [("1.2.0-SNAPSHOT", false), ("2.0.17", true), ("4.1.6", true), ("", false)])
    func `a release tells what it can do`(version: String, hasReplayList: Bool) {
        #expect(CassandraRelease(version).hasReplayList == hasReplayList)
    }
}
