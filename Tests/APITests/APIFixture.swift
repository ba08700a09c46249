import API
import Foundation
import Logging
import Passwords
import Postgres
import SCGI
import Sealing
import Statements
import TestDatabase

/// The API on a database of its own with the cluster `one`, asked as nginx asks it.
struct APIFixture {
    let database: TestDatabase
    let service: APIService
    private let keyFile: KeyFileOfTest

    /// - Parameters:
    ///   - mayWait: whether a slot is free for calls that wait.
    ///   - waitSeconds: for how long such a call waits.
    ///   - pageCacheBytes: of the pages that are kept.
    init(
        mayWait: Bool = true, waitSeconds: Double = 25, authenticates: Bool = false,
        sessionSeconds: Int = 86_400, pageCacheBytes: Int = 2_097_152
    ) throws {
        database = try TestDatabase()
        try database.addCluster("one")
        keyFile = try KeyFileOfTest()
        service = APIService(
            database: DatabaseSession(conninfo: database.conninfo(as: .api)),
            sealer: try Sealer(keyFile: keyFile.path),
            settings: APISettings(
                waitSeconds: waitSeconds, authenticates: authenticates,
                sessionSeconds: sessionSeconds, pageCacheBytes: pageCacheBytes),
            logger: Logger(label: "test"), hasher: DirectHasher(),
            waiting: { mayWait ? try $1() : nil })
    }

    /// An answer: its status, and its JSON as text.
    struct Answer: Hashable {
        var status: Int
        var body: String
    }

    func ask(
        _ method: String, _ path: String, _ body: String = "", bearer: String? = nil,
        headers shown: [(String, String)] = []
    ) throws -> Answer {
        let response = service.respond(
            to: try request(method, path, body, bearer: bearer, headers: shown))
        var text: [UInt8] = []
        switch response.body {
        case .bytes(let bytes): text = bytes
        case .stream(let write): try write { text += $0 }
        }
        return Answer(status: response.status, body: String(decoding: text, as: UTF8.self))
    }

    /// A request as nginx passes it on.
    func request(
        _ method: String, _ path: String, _ body: String = "", bearer: String? = nil,
        headers shown: [(String, String)] = []
    ) throws -> Request {
        var headers = [
            ("CONTENT_LENGTH", String(body.utf8.count)), ("SCGI", "1"),
            ("REQUEST_METHOD", method), ("REQUEST_URI", path),
        ]
        headers += shown
        if let bearer { headers.append(("HTTP_AUTHORIZATION", "Bearer \(bearer)")) }
        let block = headers.reduce(into: [UInt8]()) {
            $0 += Array($1.0.utf8) + [0] + Array($1.1.utf8) + [0]
        }
        var parser = RequestParser(limits: RequestLimits(bodyBytes: 1 << 20))
        let bytes = Array("\(block.count):".utf8) + block + [UInt8(ascii: ",")] + Array(body.utf8)
        guard let request = try parser.consume(bytes) else {
            throw RequestError(.truncated, "The test's request is not whole.")
        }
        return request
    }

    /// The JSON of an answer that must be 200.
    func get(_ path: String) throws -> JSONValue {
        let answer = try ask("GET", path)
        guard answer.status == 200 else {
            throw APIError(status: answer.status, type: "", message: answer.body)
        }
        return try JSONValue(parsing: answer.body.utf8)
    }

    /// Changes the catalog as the superuser.
    func run(_ script: String) throws { try database.connect().runScript(script) }

    /// One column of a query, as the superuser sees it.
    func column(_ query: String) throws -> [String] {
        try database.connect().run(Statement(name: query, text: query)).map { try $0.text(0) }
    }

    /// A backup that the node holds, and a destination.
    func addBackup() throws {
        try run(
            """
            INSERT INTO helenus.destination (cluster_id, id, provider, path, settings, location_key)
            VALUES ('one', 'd', 'local', '/d', '{"path": "/d"}', 'local:/d');
            INSERT INTO helenus.backup (cluster_id, tag, event_time)
            VALUES ('one', 't', '2020-01-01 00:00:00Z');
            INSERT INTO helenus.backup_copy (
                cluster_id, tag, destination_id, status, listed, keyspaces)
            VALUES ('one', 't', 'OPSC_ON_SERVER', 'success', true,
                '{"k": {"cfs": ["c"], "nodes": ["10.0.0.1"], "size": 1}}');
            """)
    }
}
