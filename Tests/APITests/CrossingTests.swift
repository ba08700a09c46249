import API
import Catalog
import Foundation
import Testing

/// An admin of `two` tries everything on `one`, in which there is a backup, a destination and a
/// request.
@Suite struct CrossingTests {
    private let api: APIFixture

    init() throws {
        api = try APIFixture.walled()
        try api.addBackup()
        try api.run(
            """
            INSERT INTO helenus.request (cluster_id, id, type)
            VALUES ('one', '\(Self.request)', 'backup');
            """)
    }

    private static let request = "11111111-2222-3333-4444-555555555555"

    private static func path(_ route: Route, cluster: String) -> String {
        let names = [
            "{cluster}": cluster, "{tag}": "t", "{destination}": "d", "{request}": request,
            "{keyspace}": "k", "{table}": "c",
        ]
        return "/" + route.pattern.map { names[$0] ?? $0 }.joined(separator: "/")
    }

    @Test func `another cluster is not there, whatever is asked of it`() throws {
        let session = try api.login("other")
        let before = try state()
        for route in Routes.all where route.pattern.contains("{cluster}") && route.least != .agent {
            let answer = try api.ask(
                route.method, Self.path(route, cluster: "one"), "{}", session: session)
            #expect(answer.status == 404, "\(route.method) \(route.pattern)")
            #expect(answer.body.contains("There are no clusters with name or ID 'one'"))
        }
        #expect(try state() == before)
    }

    @Test func `what belongs to another cluster is not found in one's own`() throws {
        let session = try api.login("other")
        let before = try state()
        for route in Routes.all where route.pattern.contains("{cluster}") && route.least != .agent {
            guard
                route.pattern.contains(where: {
                    ["{tag}", "{destination}", "{request}"].contains($0)
                })
            else { continue }
            let answer = try api.ask(
                route.method, Self.path(route, cluster: "two"), "{}", session: session)
            #expect(answer.status == 404, "\(route.method) \(route.pattern): \(answer.body)")
        }
        for (method, path, body) in [
            ("GET", "/request/\(Self.request)/status", ""),
            ("POST", "/two/backups/run", #"{"destinations": {"d": {}}}"#),
            ("POST", "/two/backups/sync", #"{"tag": "t", "destinations": {"d": {}}}"#),
            ("DELETE", "/two/backups?tag=t", ""),
            ("DELETE", "/two/backups?tag=t&destination=d", ""),
            ("GET", "/two/backups?destination=d&list_all=1", ""),
        ] {
            let answer = try api.ask(method, path, body, session: session)
            #expect(answer.status == 404, "\(method) \(path): \(answer.body)")
        }
        #expect(try state() == before)
    }

    @Test func `lists hold nothing of another cluster`() throws {
        let session = try api.login("other")
        for path in ["/two/backups", "/two/requests", "/two/backup-activity", "/audit", "/tokens"] {
            let answer = try api.ask("GET", path, session: session)
            #expect(answer.status == 200, "\(path)")
            #expect(!answer.body.contains(Self.request) && !answer.body.contains("\"t\""))
        }
    }

    /// Everything of `one` that a call could have changed.
    private func state() throws -> [String] {
        try [
            "cluster", "destination", "request", "backup", "backup_copy", "activity_event", "job",
        ].flatMap { table in
            try api.column(
                "SELECT x::text FROM helenus.\(table) AS x WHERE x.cluster_id = 'one' ORDER BY 1")
        }
    }
}
