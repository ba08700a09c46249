import API
import Foundation
import Sealing
import Testing

/// Clusters, their configuration, and what their agents say of them.
@Suite struct ClusterCallsTests {
    private static let host = "00000000-0000-0000-0000-00000000000a"
    private let api: APIFixture

    init() throws { api = try APIFixture(waitSeconds: 0.1) }

    private func add(_ body: String) throws -> APIFixture.Answer {
        try api.ask("POST", "/cluster-configs", body)
    }

    @Test func `a cluster is added once, and found by its name and by its id`() throws {
        let body = #"{"cassandra": {"seed_hosts": "10.0.0.1", "cluster_name": "Test Cluster"}}"#
        for _ in 0..<2 {
            #expect(try add(body) == APIFixture.Answer(status: 201, body: #""Test_Cluster""#))
        }
        #expect(try api.get("/Test%20Cluster/nodes/") == .list([]))
        #expect(try api.get("/Test_Cluster/keyspaces") == .object([:]))
        let other = #"{"cassandra": {"seed_hosts": "10.9.9.9", "cluster_name": "Test Cluster"}}"#
        #expect(try add(other).status == 409)
        let missing = try add(#"{"cassandra": {}}"#)
        #expect(missing.status == 400 && missing.body.contains("cassandra.seed_hosts"))
        let unknown = try api.ask("GET", "/nosuch/nodes")
        #expect(
            unknown.status == 404
                && unknown.body.contains("There are no clusters with name or ID 'nosuch'"))
    }

    @Test func `a cluster's passwords are sealed, masked, and kept where the mask comes back`()
        throws
    {
        _ = try add(
            #"{"name": "c", "cassandra": {"seed_hosts": "10.0.0.1", "password": "s3cret"}}"#)
        #expect(try api.get("/cluster-configs/c")["cassandra"]["password"] == .text("********"))
        #expect(!(try api.ask("GET", "/cluster-configs").body.contains("s3cret")))
        #expect(
            try api.column("SELECT config::text FROM helenus.cluster WHERE cluster_id = 'c'")
                .allSatisfy { !$0.contains("s3cret") })
        let sealed =
            "SELECT (sealed_secrets IS NOT NULL)::text FROM helenus.cluster"
            + " WHERE cluster_id = 'c'"
        #expect(try api.column(sealed) == ["true"])
        _ = try api.ask(
            "PUT", "/cluster-configs/c/partial", #"{"cassandra": {"username": "u"}}"#)
        let merged = try api.get("/cluster-configs/c")["cassandra"]
        #expect(merged["username"] == .text("u") && merged["seed_hosts"] == .text("10.0.0.1"))
        #expect(merged["password"] == .text("********"))
        _ = try api.ask(
            "PUT", "/cluster-configs/c", #"{"cassandra": {"seed_hosts": "10.0.0.2"}}"#)
        #expect(try api.get("/cluster-configs/c")["cassandra"].names == ["seed_hosts"])
        #expect(try api.ask("DELETE", "/cluster-configs/c").status == 200)
        #expect(try api.ask("GET", "/cluster-configs/c").status == 404)
    }

    private func report(keyspaces: String = #"{"k": {"tables": ["t"], "replication": {}}}"#)
        -> String
    {
        """
        {"address": "10.0.0.1", "agent_url": "http://127.0.0.1:8461", "host_id": "\(Self.host)",
         "datacenter": "dc1", "rack": "r1", "tokens": ["-1", "5"], "partitioner": "p",
         "schema_version": "v", "cassandra_version": "4.1.6", "agent_version": "0.1.0",
         "node_state": "up", "data_directories": [], "free_bytes": 5, "total_bytes": 9,
         "used_bytes": 4, "staging_free_bytes": 3, "keyspaces": \(keyspaces)}
        """
    }

    @Test func `an agent joins once with its token, and then reports its node`() throws {
        let token = SecretToken.random()
        let hash = token.hash.map { String(format: "%02x", $0) }.joined()
        try api.run(
            """
            INSERT INTO helenus.enrolment_token (cluster_id, token_hash, expires_at)
            VALUES ('one', '\\x\(hash)', now() + interval '1 hour')
            """)
        let joined = try api.ask("POST", "/one/agents", report(), bearer: token.text)
        #expect(joined.status == 200)
        #expect(try api.ask("POST", "/one/agents", report(), bearer: token.text).status == 401)
        let credentials = try JSONDecoder().decode(
            [String: String].self, from: Data(joined.body.utf8))
        let own = try #require(credentials["token"])
        #expect(
            try api.ask("PUT", "/one/agents/\(Self.host)", report(), bearer: own).status == 200)
        #expect(
            try api.ask("PUT", "/one/agents/\(Self.host)", report(), bearer: token.text).status
                == 401)
        let node = try #require(try api.get("/one/nodes").list.first)
        #expect(node["node_ip"] == .text("10.0.0.1") && node["host_id"] == .text(Self.host))
        #expect(node["dc"] == .text("dc1") && node["tokens"].list.count == 2)
        #expect(try api.get("/one/keyspaces")["k"]["tables"] == .list([.text("t")]))
        #expect(try api.get("/one/nodes/all/last_seen").names == ["10.0.0.1"])
        #expect(try api.get("/one/nodes/all/dc")["10.0.0.1"] == .text("dc1"))
        #expect(try api.get("/one/keyspaces/k")["tables"] == .list([.text("t")]))
        #expect(try api.ask("GET", "/one/keyspaces/other").body.contains("NoSuchKeyspace"))
        #expect(try api.get("/one/agents").list.first?["agent_version"] == .text("0.1.0"))
    }

    @Test func `an agent asks for a certificate with its own token, and an executor is asked`()
        throws
    {
        let token = SecretToken.random()
        let hash = token.hash.map { String(format: "%02x", $0) }.joined()
        try api.run(
            """
            INSERT INTO helenus.node (
                cluster_id, host_id, address, agent_url, token_hash, sealed_executor_secret)
            VALUES ('one', '\(Self.host)', '10.0.0.1', 'u', '\\x\(hash)', '\\x00')
            """)
        let path = "/one/agents/\(Self.host)/certificate"
        let body = #"{"certificate_request": "a request"}"#
        for (shown, words) in [("x", "does not hold for this node"), ("", "does not hold")] {
            let answer = try api.ask("POST", path, body, bearer: shown)
            #expect(answer.status == 401 && answer.body.contains(words))
        }
        let empty = try api.ask("POST", path, "{}", bearer: token.text)
        #expect(empty.status == 400 && empty.body.contains("certificate_request: accepted is"))
        #expect(try api.column("SELECT kind FROM helenus.job") == [])
        #expect(try api.ask("POST", path, body, bearer: token.text).status == 504)
        #expect(
            try api.column(
                """
                SELECT job.kind || ' ' || (job.payload ->> 'hostID') || ' ' || (job.payload ->> 'request')
                FROM helenus.job AS job JOIN helenus.node AS node ON node.cluster_id = job.cluster_id
                WHERE job.payload ->> 'enrolmentID' = node.enrolment_id::text
                """) == ["sign_certificate \(Self.host) a request"])
        try api.run("UPDATE helenus.node SET revoked_at = now()")
        #expect(try api.ask("POST", path, body, bearer: token.text).status == 401)
    }

    @Test func `the capacity is the sum of the nodes that have reported, in whole GiB`() throws {
        #expect(
            try api.ask("GET", "/one/storage-capacity").body
                == #"{"free_gb": 0, "used_gb": 0, "reporting_nodes": 0}"#)
        try api.run(
            """
            INSERT INTO helenus.node (
                cluster_id, host_id, address, agent_url, token_hash, sealed_executor_secret,
                free_bytes, used_bytes, last_seen)
            SELECT 'one', gen_random_uuid(), '10.0.0.' || n, 'http://127.0.0.1', sha256(n::text::bytea),
                '\\x00', 3 * 2::bigint ^ 29, 2::bigint ^ 30, CASE WHEN n < 3 THEN now() END
            FROM generate_series(1, 3) AS n
            """)
        let capacity = try api.get("/one/storage-capacity")
        #expect(capacity["free_gb"] == .number(3) && capacity["used_gb"] == .number(2))
        #expect(capacity["reporting_nodes"] == .number(2))
    }
}
