import Foundation
package import Postgres
import Statements

/// A database of its own for one test, with the whole schema; it is dropped when this goes.
///
/// It lies in the server that `HELENUS_TEST_DATABASE` names (a libpq connection string in
/// `keyword=value` form, as a superuser of a server to be thrown away, local connections trusted),
/// or else in a server that this process starts for its tests and that ends with it.
package final class TestDatabase: Sendable {
    /// As whom a test connects.
    package enum Role: String, Sendable {
        /// The server's superuser, whom row-level security does not hold.
        case superuser = ""
        case owner = "helenus_owner"
        case api = "helenus_api"
        case executor = "helenus_executor"
        case report = "helenus_report"
    }

    package let name: String
    private let server: String

    /// A database with all migrations.
    package convenience init() throws {
        try self.init(template: TestServer.shared.get().template)
    }

    /// A database without anything in it, to be migrated by the test.
    package static func empty() throws -> TestDatabase {
        try TestDatabase(template: "template0")
    }

    private init(template: String) throws {
        server = try TestServer.shared.get().conninfo
        name = "helenus_test_" + UUID().uuidString.lowercased().replacing("-", with: "")
        try Connection(conninfo: server).runScript("CREATE DATABASE \(name) TEMPLATE \(template)")
    }

    deinit {
        do {
            try Connection(conninfo: server).runScript("DROP DATABASE \(name) WITH (FORCE)")
        } catch {
            print("TestDatabase: \(name) was not dropped: \(error)")
        }
    }

    /// A connection string for this database.
    package func conninfo(as role: Role = .superuser) -> String {
        "\(server) dbname=\(name)" + (role == .superuser ? "" : " user=\(role.rawValue)")
    }

    /// A new connection to this database.
    package func connect(
        as role: Role = .superuser, settings: SessionSettings = SessionSettings()
    ) throws -> Connection {
        try Connection(conninfo: conninfo(as: role), settings: settings)
    }

    /// Adds a cluster, as the superuser.
    package func addCluster(_ clusterID: String) throws {
        try connect().run(
            Statement(
                name: "test_add_cluster",
                text: "INSERT INTO helenus.cluster (cluster_id, name) VALUES ($1, $1)"),
            .text(clusterID))
    }
}
