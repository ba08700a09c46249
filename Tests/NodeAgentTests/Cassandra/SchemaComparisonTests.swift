import AgentProtocol
import BackupModel
import NodeAgent
import Testing

/// What is told of a schema that is not what it was at the backup.
struct SchemaComparisonTests {
    static let keyspace = """
        CREATE KEYSPACE shop WITH replication = {'class': 'SimpleStrategy', 'replication_factor': '1'};
        """
    static let users = """
        CREATE TABLE shop.users (id uuid, at timestamp, name text, tags map<text, int>,
            kind text STATIC, home frozen<addr>, PRIMARY KEY ((id), at)) WITH comment = 'a, b';
        CREATE INDEX by_name ON shop.users (name);
        CREATE TYPE shop.addr (street text, zip int);
        """

    private func differences(
        _ live: String, stored: String = keyspace + users, wanted: [String] = ["users"],
        ids: (String, String)? = nil
    ) -> [SchemaDifference] {
        SchemaComparison(
            keyspace: "shop", stored: CQLScript.statements(of: stored),
            live: CQLScript.statements(of: live),
            tableIDs: ids.map { (["users": $0.0], ["users": $0.1]) } ?? ([:], [:])
        ).differences(wanted: wanted)
    }

    private func told(_ live: String, ids: (String, String)? = nil) -> [String] {
        differences(live, ids: ids).map { "\($0.verdict.rawValue) \($0)" }
    }

    @Test func `nothing is told of a schema that is the same, however it is written`() {
        let live = Self.users
            .replacing("PRIMARY KEY ((id), at)", with: "PRIMARY KEY (id, at)")
            .replacing("name text", with: "name  varchar").replacing("'a, b'", with: "'other'")
        #expect(told(Self.keyspace + live).isEmpty)
    }

    @Test func `what is missing is made`() {
        #expect(
            told("") == [
                "created shop: the keyspace is missing", "created shop: the type addr is missing",
                "created shop.users: the table is missing",
            ])
    }

    @Test func `a column that came, went or has another type is named`() {
        let live = Self.users.replacing("name text", with: "name int, age int")
            .replacing("kind text STATIC, ", with: "").replacing("map<text, int>", with: "blob")
        #expect(
            told(Self.keyspace + live) == [
                "needs_force_schema shop.users: column kind (text) of the backup is not there any more",
                "refused shop.users: column name was text and is int",
                "refused shop.users: column tags was map<text,int> and is blob",
                "needs_force_schema shop.users: column age (int) is not in the backup",
            ])
    }

    @Test func `a type that takes the older one's values can be forced`() {
        let live = Self.users.replacing("name text", with: "name blob")
        #expect(
            told(Self.keyspace + live)
                == ["needs_force_schema shop.users: column name was text and is blob"])
    }

    @Test func `a table that was made again remembers no dropped column`() {
        let live = Self.users.replacing("kind text STATIC, ", with: "")
        let ids = (String(repeating: "a", count: 32), String(repeating: "b", count: 32))
        #expect(
            told(Self.keyspace + live, ids: ids) == [
                "harmless shop.users: the table was made again since the backup",
                "refused shop.users: column kind (text) of the backup is not there any more",
            ])
        #expect(told(Self.keyspace + Self.users, ids: (ids.0, ids.0)).isEmpty)
    }

    @Test func `primary key, types, indexes and replication are compared`() {
        let live =
            Self.keyspace.replacing("'1'", with: "'3'")
            + Self.users.replacing("((id), at)", with: "((id, at))")
            .replacing("by_name", with: "other").replacing("zip int", with: "zip int, city text")
        #expect(
            told(live) == [
                "harmless shop: the replication was class: SimpleStrategy, replication_factor: 1 "
                    + "and is class: SimpleStrategy, replication_factor: 3",
                "needs_force_schema shop: the type addr was (street text, zip int) "
                    + "and is (street text, zip int, city text)",
                "refused shop.users: the primary key was ((id), at) and is ((id, at))",
                "harmless shop.users: the index by_name of the backup is not there any more",
                "harmless shop.users: the index other is not in the backup",
            ])
    }

    @Test func `an index that is all that a table lacks is made`() {
        let live = Self.users.replacing("CREATE INDEX by_name ON shop.users (name);", with: "")
        #expect(
            told(Self.keyspace + live)
                == ["created shop.users: the index by_name of the backup is not there any more"])
    }

    @Test func `a backup without the definition of a table cannot be restored`() {
        let found = differences(Self.keyspace + Self.users, stored: "")
        #expect(found.map(\.kind) == [.tableUndefined] && found.map(\.verdict) == [.refused])
    }

    @Test func `table ids are read from what cqlsh prints`() {
        let text = """

             keyspace_name | table_name | id
            ---------------+------------+--------------------------------------
                       app |      users | 8c0046a0-e734-11f1-a3b3-ab6c995d0ca6

            (1 rows)
            """
        #expect(
            CQLShell.tableIDs(in: text) == [
                TableName(keyspace: "app", table: "users"): "8c0046a0e73411f1a3b3ab6c995d0ca6"
            ])
    }
}
