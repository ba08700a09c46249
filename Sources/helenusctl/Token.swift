import ArgumentParser
import Catalog
import FoundationEssentials
import Postgres
import Sealing

/// `helenusctl token issue|list|revoke`
struct Token: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Issues what programs show to the API instead of a password.",
        subcommands: [Issue.self, List.self, Revoke.self])

    /// `helenusctl token issue NAME`
    struct Issue: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints a token that may what its user may. It is kept nowhere.")

        @Argument(help: "The user's name.")
        var name: String

        @Option(help: "Days for which the token holds.")
        var days: Int = 30

        @Option(help: "What it is for.")
        var description: String = ""

        @Option(help: "Connection string of the schema's owner.")
        var database: String

        func validate() throws {
            guard (1...3_650).contains(days) else {
                throw ValidationError("--days: accepted is 1 to 3650")
            }
        }

        func run() throws {
            let token = SecretToken.random()
            try Connection(conninfo: database).transaction(permitting: .all) { connection in
                let accounts = Accounts(connection)
                guard try accounts.passwordHash(of: name) != nil else {
                    throw ValidationError("there is no user \(name)")
                }
                _ = try accounts.addToken(
                    of: name, hash: token.hash, description: description, days: days)
            }
            print(token.text)
        }
    }

    /// `helenusctl token list`
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the tokens that hold, as JSON, without the tokens themselves.")

        @Option(help: "Only this user's.")
        var user: String?

        @Option(help: "Connection string of the schema's owner.")
        var database: String

        func run() throws {
            print(
                try Connection(conninfo: database).transaction(permitting: .all) {
                    try Accounts($0).tokens(of: user)
                })
        }
    }

    /// `helenusctl token revoke ID`
    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revokes a token, by the id that list shows.")

        @Argument(help: "The token's id.")
        var id: String

        @Option(help: "Connection string of the schema's owner.")
        var database: String

        func run() throws {
            guard UUID(uuidString: id) != nil else { throw ValidationError("\(id) is no id") }
            let wasThere = try Connection(conninfo: database).transaction(permitting: .all) {
                try Accounts($0).removeToken(id, of: nil)
            }
            guard wasThere else { throw ValidationError("there is no token \(id)") }
        }
    }
}
