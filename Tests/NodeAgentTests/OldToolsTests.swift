import AgentProtocol
import NodeAgent
import Testing

/// What Cassandra 1.2's tools print.
@Suite struct OldToolsTests {
    private func loader(_ progress: String, exit: Int = 0) -> ToolOutput {
        ToolOutput(
            exit: exit,
            standardOutput: "Streaming revelant part of /s/app/users/app-users-ia-1-Data.db to "
                + "[/127.0.1.1, /127.0.1.2]\n\n\r" + progress, standardError: "")
    }

    @Test func `a loader that sent every file to every node has loaded`() throws {
        try LoaderVerdict.check(
            loader(
                "progress: [/127.0.1.1 0/1 (0)] [/127.0.1.2 0/1 (0)] [total: 0 - 0MB/s]"
                    + "\rprogress: [/127.0.1.1 1/1 (100)] [/127.0.1.2 1/1 (100)] [total: 100]"),
            dataFiles: 1, object: "app.users")
    }

    @Test func `a loader that stopped on one node has not`() {
        #expect(throws: OperationFailure.self) {
            try LoaderVerdict.check(
                loader("progress: [/127.0.1.1 1/1 (100)] [/127.0.1.2 0/1 (0)] [total: 50]"),
                dataFiles: 1, object: "app.users")
        }
    }

    @Test func `a Java stack trace is told by its first line`() {
        let error = #expect(throws: OperationFailure.self) {
            try NodetoolVerdict.snapshot(
                ToolOutput(
                    exit: 1, standardOutput: "Requested snapshot for: app \n",
                    standardError: "Exception in thread \"main\" java.io.IOException: "
                        + "Snapshot t1 already exists.\n\tat org.apache.cassandra"),
                tag: "t1")
        }
        #expect(error?.code == .conflict)
        #expect(
            error?.message
                == "nodetool snapshot: java.io.IOException: Snapshot t1 already exists.")
    }

    @Test func `a described schema is split into what can be created by itself`() {
        let statements = CQLStatement.split(
            """
            CREATE KEYSPACE app WITH replication = {'class': 'SimpleStrategy'};

            CREATE TABLE app."Users" (id int PRIMARY KEY, note text) WITH comment = 'a;b''c';
            CREATE INDEX users_note ON app."Users" (note);
            """)
        #expect(
            statements.map(\.creates) == [
                .keyspace("app"), .table(keyspace: "app", name: "Users"),
                .other(kind: "INDEX", keyspace: "app", on: "Users"),
            ])
        #expect(statements[1].text.hasSuffix("'a;b''c'"))
    }
}
