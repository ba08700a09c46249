import BackupModel
import Testing

@Suite struct TableSelectionTests {
    @Test func `no keyspace named means all but the node-local ones`() {
        let selection = TableSelection.everything
        #expect(selection.contains(TableName(keyspace: "app", table: "users")))
        #expect(selection.contains(keyspace: "system_auth"))
        #expect(!selection.contains(TableName(keyspace: "system", table: "local")))
    }

    @Test func `a named keyspace without tables means all of its tables`() {
        let selection = TableSelection(keyspaces: ["app": [], "other": ["t"]])
        #expect(selection.contains(TableName(keyspace: "app", table: "anything")))
        #expect(selection.contains(TableName(keyspace: "other", table: "t")))
        #expect(!selection.contains(TableName(keyspace: "other", table: "u")))
        #expect(!selection.contains(keyspace: "third"))
    }
}
