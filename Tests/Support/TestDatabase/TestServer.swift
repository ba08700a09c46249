import Foundation
import Postgres
import Statements

/// The PostgreSQL server of this test process, with a template database that has all migrations.
struct TestServer: Sendable {
    /// As the superuser, to the database `postgres`.
    let conninfo: String
    /// The name of the migrated database that tests are copied from.
    let template: String

    /// Made by the first test that asks.
    static let shared: Result<TestServer, any Error> = Result { try TestServer() }

    private init() throws {
        if let given = ProcessInfo.processInfo.environment["HELENUS_TEST_DATABASE"], !given.isEmpty
        {
            conninfo = given + " dbname=postgres"
        } else {
            conninfo = try ThrowawayServer.start()
        }
        template = "helenus_template_\(ProcessInfo.processInfo.processIdentifier)"
        let connection = try Connection(conninfo: conninfo)
        try connection.runScript("DROP DATABASE IF EXISTS \(template)")
        try connection.runScript("CREATE DATABASE \(template)")
        let migrator = Migrator(
            connection: try Connection(conninfo: "\(conninfo) dbname=\(template)"))
        _ = try migrator.up()
    }
}
