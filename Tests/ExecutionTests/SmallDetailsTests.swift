import Execution
import Foundation
import Postgres
import Statements
import TestDatabase
import Testing

/// What is left of a request of a large cluster when it has ended, as executors end it and the API
/// answers it.
@Suite struct SmallDetailsTests {
    private static let request = "00000000-0000-0000-0000-000000000009"
    private let database: TestDatabase

    /// A restore of 200 tables on 60 nodes, the last of which is in trouble.
    init() throws {
        database = try TestDatabase()
        try database.addCluster("a")
        try database.connect().runScript(
            """
            INSERT INTO helenus.request (cluster_id, id, type, tag)
            VALUES ('a', '\(Self.request)', 'restore', 't');
            INSERT INTO helenus.activity_event (
                cluster_id, event_time, backup_id, type, destination_id, request_id, destination)
            VALUES ('a', now(), 't', 'restore', 'd', '\(Self.request)', '{}');
            INSERT INTO helenus.request_progress (cluster_id, request_id, node_address, document)
            SELECT
                'a', '\(Self.request)', '10.0.0.' || node,
                jsonb_build_object(
                    'id', node, 'state', CASE node WHEN 60 THEN 'error' ELSE 'success' END,
                    'started', 1, 'finished', 2, 'cluster_id', NULL,
                    'details', jsonb_build_object(
                        'metadata', '{"created": true, "errors": []}'::jsonb,
                        'sstables', jsonb_build_object('k', (
                            SELECT jsonb_object_agg(
                                'table_' || number,
                                '{"done_files": 1, "total_files": 1, "done_size": 1,
                                "total_size": 1, "errors": []}'::jsonb)
                            FROM generate_series(1, 200) AS number))))
            FROM generate_series(1, 60) AS node;
            """)
    }

    private struct Ended: Decodable {
        var state: String
        var tag: String
        var details: Details

        struct Details: Decodable {
            var message: String
            var subrequests: [String: Subrequest]
            var restore: Restore
            var left_out: [String: Int]
        }

        struct Subrequest: Decodable {
            var state: String
            var details: Details

            struct Details: Decodable { var totals: [String: Int] }
        }

        struct Restore: Decodable { var tables: [String: String] }
    }

    private func finish() throws {
        let tables = (1...2_000).map { #""k.table_\#($0)": "restored""# }.joined(separator: ",")
        try database.connect(as: .executor).transaction(permitting: .only("a")) { connection in
            let request = Parameter.text(Self.request)
            try connection.run(
                ExecutionStatement.finishEvent, "a", request, "d", "restore", "partial", "why")
            try connection.run(ExecutionStatement.finishRequest, "a", request, "partial", "why")
            try connection.run(ExecutionStatement.clearProgress, "a", request)
            try connection.run(
                ExecutionStatement.addDetails, "a", request,
                .text(#"{"restore": {"tables": {\#(tables), "k.last": "emptied"}}}"#))
        }
    }

    @Test func `what is kept is small, and tells the outcome`() throws {
        try finish()
        let connection = try database.connect(as: .api)
        let (text, full) = try connection.transaction(permitting: .only("a")) { connection in
            (
                try connection.run(SQLText.statement("api_request_show"), .text(Self.request))[0]
                    .text(0),
                try connection.run(
                    Statement(
                        name: "full_status",
                        text: "SELECT full_status::text FROM helenus.activity_event"))[0].text(0)
            )
        }
        #expect(text.utf8.count < 66_000 && full.utf8.count < 66_000)
        let ended = try JSONDecoder().decode(Ended.self, from: Data(text.utf8))
        #expect(ended.state == "partial" && ended.tag == "t" && ended.details.message == "why")
        let nodes = ended.details.subrequests
        #expect(nodes["10.0.0.60"]?.state == "error" && nodes.count == 60)
        #expect(nodes.values.allSatisfy { $0.details.totals["done_files"] == 200 })
        let tables = ended.details.restore.tables
        #expect(tables["k.last"] == "emptied")
        #expect(tables.count + (ended.details.left_out["restore.tables"] ?? 0) == 2_001)
    }
}
