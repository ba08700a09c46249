import Catalog
import Foundation
import Postgres
import Sealing
import Statements
import TestDatabase
import Testing

/// A change of the sealing key, over a database with secrets of every kind.
@Suite final class SecretRotationTests {
    private let database: TestDatabase
    private let keyFile = NSTemporaryDirectory() + "helenus-keys-\(UUID().uuidString)"
    private let sealer: Sealer

    /// Every place with a secret of its own.
    private let places: [(context: String, query: String)]

    init() throws {
        database = try TestDatabase()
        try database.addCluster("one")
        try Data(KeyFile.newLine(id: "old").utf8).write(to: URL(filePath: keyFile))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: keyFile)
        sealer = try Sealer(keyFile: keyFile)
        var places: [(context: String, query: String)] = [
            (
                SealingPlace.cluster("one"),
                "SELECT sealed_secrets FROM helenus.cluster WHERE cluster_id = 'one'"
            ),
            (SealingPlace.job(cluster: "one"), "SELECT sealed_payload FROM helenus.job"),
        ]
        for number in 1...3 {
            places += [
                (
                    SealingPlace.destination(cluster: "one", id: "d\(number)"),
                    "SELECT sealed_secrets FROM helenus.destination WHERE id = 'd\(number)'"
                ),
                (
                    SealingPlace.agent(cluster: "one", host: "h\(number)"),
                    "SELECT sealed_executor_secret FROM helenus.node WHERE host_id = 'h\(number)'"
                ),
                (
                    SealingPlace.webhook(cluster: "one", id: Self.webhook(number)),
                    "SELECT sealed_secret FROM helenus.webhook WHERE id = '\(Self.webhook(number))'"
                ),
            ]
        }
        self.places = places
        try fill()
    }

    deinit {
        if unlink(keyFile) != 0 { print("SecretRotationTests: \(keyFile) is left") }
    }

    private static func webhook(_ number: Int) -> String {
        "00000000-0000-0000-0000-00000000000\(number)"
    }

    private func sealed(_ context: String) throws -> String {
        let bytes = try sealer.seal(Array(context.utf8), for: context)
        return "'\\x" + bytes.map { String(format: "%02x", $0) }.joined() + "'"
    }

    /// The secret of each place is the place's own name.
    private func fill() throws {
        try run(
            """
            UPDATE helenus.cluster SET sealed_secrets = \(sealed(SealingPlace.cluster("one")));
            INSERT INTO helenus.job (cluster_id, kind, sealed_payload)
            VALUES ('one', 'validate_destination', \(sealed(SealingPlace.job(cluster: "one"))));
            """)
        for number in 1...3 {
            let destination = try sealed(
                SealingPlace.destination(cluster: "one", id: "d\(number)"))
            let agent = try sealed(SealingPlace.agent(cluster: "one", host: "h\(number)"))
            let webhook = try sealed(
                SealingPlace.webhook(cluster: "one", id: Self.webhook(number)))
            try run(
                """
                INSERT INTO helenus.destination (
                    cluster_id, id, provider, path, sealed_secrets, location_key)
                VALUES ('one', 'd\(number)', 's3', 'b', \(destination), 'k\(number)');
                INSERT INTO helenus.node (
                    cluster_id, host_id, address, agent_url, token_hash, sealed_executor_secret)
                VALUES ('one', 'h\(number)', 'a', 'u', '\\x00', \(agent));
                INSERT INTO helenus.webhook (cluster_id, id, url, events, sealed_secret)
                VALUES ('one', '\(Self.webhook(number))', 'https://u', '{backup.late}', \(webhook));
                """)
        }
    }

    private func run(_ script: String) throws { try database.connect().runScript(script) }

    private func rotation() throws -> SecretRotation {
        SecretRotation(try database.connect(as: .owner), sealer: sealer, batchSize: 2)
    }

    /// That every secret opens with the keys that the file has now.
    private func allOpen() throws {
        let fresh = try Sealer(keyFile: keyFile)
        for (context, query) in places {
            let bytes = try #require(
                try database.connect().run(Statement(name: query, text: query))[0]
                    .optionalBytes(0))
            #expect(try fresh.unseal(bytes, for: context) == Array(context.utf8), "\(context)")
        }
    }

    @Test func `every secret is sealed anew, and opens without the old key`() throws {
        #expect(try rotation().keysInUse() == ["old": 11])
        let new = try KeyFile(keyFile).addKey()
        #expect(try rotation().run() == SecretRotation.Report(sealed: 11, refused: []))
        #expect(try rotation().keysInUse() == [new: 11])
        try KeyFile(keyFile).dropKeys(["old"])
        try allOpen()
        #expect(try rotation().run() == SecretRotation.Report(sealed: 0, refused: []))
    }

    private struct Killed: Error {}

    @Test func `one that is interrupted goes on where it was`() throws {
        let new = try KeyFile(keyFile).addKey()
        #expect(throws: Killed.self) {
            try rotation().run { sealed in if sealed >= 3 { throw Killed() } }
        }
        #expect(try rotation().keysInUse() == [new: 4, "old": 7])
        try allOpen()
        #expect(try rotation().run().sealed == 7)
        #expect(try rotation().keysInUse() == [new: 11])
        try allOpen()
    }

    @Test func `what cannot be opened is told, and holds up nothing else`() throws {
        try run("UPDATE helenus.node SET sealed_executor_secret = '\\x00' WHERE host_id = 'h2'")
        _ = try KeyFile(keyFile).addKey()
        let report = try rotation().run()
        #expect(report.sealed == 10 && report.refused.count == 1)
        #expect(report.refused.first?.hasPrefix("agent one/h2: ") == true)
    }

    @Test func `the payload of a job that has ended is let alone`() throws {
        try run(
            """
            UPDATE helenus.job
            SET state = 'succeeded', finished_at = now(), sealed_payload = ''
            """)
        _ = try KeyFile(keyFile).addKey()
        #expect(try rotation().run().sealed == 10)
    }

    @Test func `every column that holds something sealed is looked at`() throws {
        let columns = try database.connect().run(
            Statement(
                name: "test_sealed_columns",
                text: """
                    SELECT table_name || '.' || column_name FROM information_schema.columns
                    WHERE table_schema = 'helenus' AND data_type = 'bytea'
                        AND column_name LIKE 'sealed%' AND table_name <> 'sealed_value'
                    ORDER BY 1
                    """)
        ).map { try $0.text(0) }
        let view = try database.connect().run(
            Statement(
                name: "test_view", text: "SELECT pg_get_viewdef('helenus.sealed_value'::regclass)"))
        let text = try view[0].text(0)
        #expect(columns.count >= 4)
        for column in columns { #expect(text.contains(column), "\(column)") }
    }
}
