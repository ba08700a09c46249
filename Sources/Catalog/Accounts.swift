package import Postgres
import Statements

/// Who may call the API, and with what.
package struct Accounts {
    private let connection: Connection

    /// For which `*` stands in place of a cluster's id.
    package static let allClusters = "*"

    /// - Parameter connection: in a transaction that permits all clusters.
    package init(_ connection: Connection) {
        self.connection = connection
    }

    /// Whether it can be an account's name: the rule of `account_name_is_a_word`.
    package static func isName(_ text: String) -> Bool {
        (1...100).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."),
                    UInt8(ascii: "@"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    /// All accounts, or the one of that name: JSON `{name: {cluster id or *: role}}`.
    package func list(_ name: String? = nil) throws -> String {
        try connection.run(AccessStatement.accountList, .text(name))[0].text(0)
    }

    /// Adds an account without roles; answers whether the name was free.
    package func add(_ name: String, passwordHash: String) throws -> Bool {
        try connection.run(AccessStatement.accountAdd, .text(name), .text(passwordHash))
            .affected == 1
    }

    /// Removes an account with its sessions and tokens; answers whether it was there.
    package func remove(_ name: String) throws -> Bool {
        try lockRoles()
        return try connection.run(AccessStatement.accountRemove, .text(name)).affected == 1
    }

    /// The hash of its password; `nil` where there is no such account.
    package func passwordHash(of name: String) throws -> String? {
        try connection.run(AccessStatement.passwordHash, .text(name)).first?.text(0)
    }

    /// Sets a password and ends the sessions of the account; answers whether it was there.
    package func setPassword(of name: String, hash: String) throws -> Bool {
        try connection.run(AccessStatement.sessionsEnd, .text(name))
        return try connection.run(AccessStatement.passwordPut, .text(name), .text(hash))
            .affected == 1
    }

    /// Gives the account these roles and no other; answers the scopes that are no cluster's id.
    package func setRoles(of name: String, _ roles: [String: Role]) throws -> [String] {
        try lockRoles()
        try connection.run(AccessStatement.rolesRemove, .text(name))
        return try roles.sorted { $0.key < $1.key }.compactMap { scope, role in
            let added = try connection.run(
                AccessStatement.roleAdd, .text(name), .text(scope), .text(role.rawValue))
            return added.affected == 1 ? nil : scope
        }
    }

    /// Whether somebody is left who may do everything.
    package func haveAdmin() throws -> Bool {
        try connection.run(AccessStatement.admins)[0].number(0) > 0
    }

    /// Remembers a token by its SHA-256; answers its id and the second from which it is refused.
    package func addToken(
        of name: String, hash: [UInt8], description: String, days: Int
    ) throws -> (id: String, expires: Int64) {
        let row = try connection.run(
            AccessStatement.tokenAdd, .bytes(hash), .text(name), .text(description), .number(days))[
                0]
        return (try row.text(0), try row.number(1))
    }

    /// The tokens of one account, or of all: JSON, without the tokens themselves.
    package func tokens(of name: String?) throws -> String {
        try connection.run(AccessStatement.tokenList, .text(name))[0].text(0)
    }

    /// Revokes a token, of that account where one is named; answers whether it was there.
    package func removeToken(_ id: String, of name: String?) throws -> Bool {
        try connection.run(AccessStatement.tokenRemove, .text(id), .text(name)).affected == 1
    }

    /// Two that each take away the other's last admin have to wait for one another.
    private func lockRoles() throws {
        try connection.run(AccessStatement.lockRoles)
    }
}
