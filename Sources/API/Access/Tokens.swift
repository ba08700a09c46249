import Catalog
import FoundationEssentials
import Postgres
import SCGI
import Sealing

/// `tokens`: what programs show instead of a password. A token may what its account may.
enum Tokens {
    /// The caller's own; an admin of all clusters sees everybody's, or those of `user`.
    static func list(_ call: Call) throws -> Response {
        let asked = call.request.query["user"]
        return try call.onAccounts { accounts in
            .text(try accounts.tokens(of: call.identity.isAdminOfAll ? asked : call.identity.name))
        }
    }

    /// Issues one: `description`, `days` (30), `user` (the caller). It is shown now and never again.
    static func issue(_ call: Call) throws -> Response {
        let fields = try call.body()
        let name = try fields.text("user") ?? call.identity.name
        guard name == call.identity.name || call.identity.isAdminOfAll else {
            throw APIError.notAuthorized("Only an admin of all clusters issues tokens to others.")
        }
        guard let days = Int(exactly: try fields.number("days", minimum: 1) ?? 30), days <= 3_650
        else {
            throw APIError.invalid("days: accepted is a whole number up to 3650.")
        }
        let description = String((try fields.text("description") ?? "").prefix(200))
        let token = SecretToken.random()
        return try call.onAccounts { accounts in
            guard try accounts.passwordHash(of: name) != nil else {
                throw APIError.noSuch("User", "There is no user '\(name)'.")
            }
            let (id, expires) = try accounts.addToken(
                of: name, hash: token.hash, description: description, days: days)
            return .text(
                #"{"id":"\#(id)","token":"\#(token.text)","expires":\#(expires)}"#, status: 201)
        }
    }

    static func revoke(_ call: Call) throws -> Response {
        let id = call.argument("id")
        let owner = call.identity.isAdminOfAll ? nil : call.identity.name
        return try call.onAccounts { accounts in
            guard UUID(uuidString: id) != nil, try accounts.removeToken(id, of: owner) else {
                throw APIError.noSuch("Token", "There is no token '\(id)'.")
            }
            return .text("null")
        }
    }
}
