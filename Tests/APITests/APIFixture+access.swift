import API
import Catalog
import Foundation
import Passwords
import Postgres

/// What the tests of access need of the API: accounts, and requests that show something.
extension APIFixture {
    static let password = "correct horse"

    /// An API that asks who calls, with the cluster `two` beside `one`, and these accounts:
    /// `root` (admin of all), and of `one` only `viewer`, `operator` and `admin`; `other` is an
    /// admin of `two`.
    static func walled(sessionSeconds: Int = 86_400) throws -> APIFixture {
        let api = try APIFixture(authenticates: true, sessionSeconds: sessionSeconds)
        try api.database.addCluster("two")
        for (name, roles) in [
            ("root", ["*": Role.admin]), ("viewer", ["one": .viewer]),
            ("operator", ["one": .operator]), ("admin", ["one": .admin]),
            ("other", ["two": .admin]),
        ] {
            try api.addAccount(name, roles)
        }
        return api
    }

    func addAccount(_ name: String, _ roles: [String: Role]) throws {
        let hash = try PasswordHash(hashing: Self.password).text
        try database.connect(as: .api).transaction(permitting: .all) { connection in
            let accounts = Accounts(connection)
            _ = try accounts.add(name, passwordHash: hash)
            _ = try accounts.setRoles(of: name, roles)
        }
    }

    /// Logs in; answers the session's id.
    func login(_ name: String) throws -> String {
        let answer = try ask(
            "POST", "/login", #"{"username":"\#(name)","password":"\#(Self.password)"}"#)
        let object = try JSONDecoder().decode([String: String].self, from: Data(answer.body.utf8))
        return object["sessionid"] ?? ""
    }

    /// Asks as somebody who has logged in.
    func ask(
        _ method: String, _ path: String, _ body: String = "", session: String
    ) throws -> Answer {
        try ask(method, path, body, headers: [("HTTP_OPSCENTER_SESSION", session)])
    }

    /// Asks with HTTP Basic.
    func ask(
        _ method: String, _ path: String, _ body: String = "", basic name: String,
        _ password: String = APIFixture.password
    ) throws -> Answer {
        let pair = Data("\(name):\(password)".utf8).base64EncodedString()
        return try ask(method, path, body, headers: [("HTTP_AUTHORIZATION", "Basic \(pair)")])
    }
}
