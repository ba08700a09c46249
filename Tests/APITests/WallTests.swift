import API
import Postgres
import Statements
import Testing

/// Row-level security alone keeps clusters apart: of a statement from which every comparison of
/// `cluster_id` was taken out, a transaction sees the rows of its own cluster and no others.
@Suite struct WallTests {
    private let api: APIFixture

    init() throws {
        api = try APIFixture()
        try api.database.addCluster("two")
        try api.run(
            """
            INSERT INTO helenus.destination (cluster_id, id, provider, path, settings, location_key)
            SELECT cluster_id, 'of_' || cluster_id, 'local', '/d', '{}', 'local:/d'
            FROM helenus.cluster;
            INSERT INTO helenus.node (
                cluster_id, host_id, address, agent_url, token_hash, sealed_executor_secret,
                last_seen, keyspaces)
            SELECT cluster_id, 'h', 'of_' || cluster_id, 'u', '', '', now(),
                jsonb_build_object('of_' || cluster_id, '{}'::jsonb)
            FROM helenus.cluster;
            INSERT INTO helenus.request (cluster_id, type, tag)
            SELECT cluster_id, 'backup', 'of_' || cluster_id FROM helenus.cluster;
            INSERT INTO helenus.backup (cluster_id, tag, event_time)
            SELECT cluster_id, 'of_' || cluster_id, now() FROM helenus.cluster;
            INSERT INTO helenus.backup_copy (cluster_id, tag, destination_id, status, listed)
            SELECT cluster_id, 'of_' || cluster_id, 'OPSC_ON_SERVER', 'success', true
            FROM helenus.cluster;
            INSERT INTO helenus.activity_event (
                cluster_id, event_time, backup_id, type, destination_id, destination)
            SELECT cluster_id, now(), 'of_' || cluster_id, 'backup', 'OPSC_ON_SERVER', '{}'
            FROM helenus.cluster;
            """)
    }

    private static let statements: [(APIStatement, [Parameter])] = [
        (.nodeList, []), (.nodeLastSeen, []), (.nodeAgents, []), (.nodeKeyspaces, []),
        (.nodesAway, []), (.destinationList, []), (.requestList, [.null, .null, .number(100)]),
        (
            .activity,
            [.null, .null, .flag(false), .flag(false), .null, .number(100)]
        ),
        (.backups, [.null, .null, .null, .null, .number(100)]),
    ]

    @Test func `without a comparison of cluster_id nothing foreign is seen`() throws {
        for (name, parameters) in Self.statements {
            let statement = try SQLText.statement(name.rawValue)
            let text = statement.text.replacing(
                /(\w+\.)?cluster_id = \$1/, with: "$1::text IS NOT NULL")
            try #require(text != statement.text)
            let bare = Statement(name: "bare_\(statement.name)", text: text)
            let connection = try api.database.connect(as: .api)
            func seen(_ permitted: PermittedClusters) throws -> String {
                try connection.transaction(permitting: permitted) { connection in
                    try connection.run(bare, [.text("one")] + parameters)
                        .map { $0.optionalText(0) ?? "" }.joined()
                }
            }
            let own = try seen(.only("two"))
            #expect(own.contains("of_two") && !own.contains("of_one"), "\(name): \(own)")
            // What is taken out there is all that tells the clusters apart otherwise.
            let all = try seen(.all)
            #expect(all.contains("of_two") && all.contains("of_one"), "\(name): \(all)")
        }
    }
}
