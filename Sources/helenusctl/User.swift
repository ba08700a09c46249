import ArgumentParser
import Catalog
import Postgres

/// `helenusctl user add|list|roles|password|remove`
struct User: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says who may call the API.",
        subcommands: [Add.self, List.self, Roles.self, Password.self, Remove.self])

    /// `helenusctl user add NAME --role admin`
    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Adds a user. The password is read from standard input or a file.")

        @Argument(help: "The user's name.")
        var name: String

        @OptionGroup var roles: RoleOptions

        @Option(help: "A file whose first line is the password; standard input without it.")
        var passwordFile: String?

        @Option(help: "Connection string of the schema's owner.")
        var database: String

        func run() throws {
            guard Accounts.isName(name) else {
                throw ValidationError("\(name): letters, digits, '_', '.', '@' and '-' only")
            }
            let roles = try roles.byScope()
            let hash = try PasswordInput(file: passwordFile).hash()
            try Connection(conninfo: database).transaction(permitting: .all) { connection in
                let accounts = Accounts(connection)
                guard try accounts.add(name, passwordHash: hash) else {
                    throw ValidationError("there is a user \(name) already")
                }
                try RoleOptions.give(roles, to: name, accounts)
            }
        }
    }

    /// `helenusctl user list`
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the users and their roles, as JSON.")

        @Option(help: "Connection string of the schema's owner.")
        var database: String

        func run() throws {
            print(
                try Connection(conninfo: database).transaction(permitting: .all) {
                    try Accounts($0).list()
                })
        }
    }

    /// `helenusctl user roles NAME --role viewer --cluster CLUSTER=operator`
    struct Roles: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Gives a user these roles and no other, the last admin too.")

        @Argument(help: "The user's name.")
        var name: String

        @OptionGroup var roles: RoleOptions

        @Option(help: "Connection string of the schema's owner.")
        var database: String

        func run() throws {
            let roles = try roles.byScope()
            try Connection(conninfo: database).transaction(permitting: .all) { connection in
                let accounts = Accounts(connection)
                guard try accounts.passwordHash(of: name) != nil else {
                    throw ValidationError("there is no user \(name)")
                }
                try RoleOptions.give(roles, to: name, accounts)
            }
        }
    }

    /// `helenusctl user remove NAME`
    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Removes a user with all sessions and tokens, the last admin too.")

        @Argument(help: "The user's name.")
        var name: String

        @Option(help: "Connection string of the schema's owner.")
        var database: String

        func run() throws {
            let wasThere = try Connection(conninfo: database).transaction(permitting: .all) {
                try Accounts($0).remove(name)
            }
            guard wasThere else { throw ValidationError("there is no user \(name)") }
        }
    }

    /// `helenusctl user password NAME`
    struct Password: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sets a user's password and ends their sessions.")

        @Argument(help: "The user's name.")
        var name: String

        @Option(help: "A file whose first line is the password; standard input without it.")
        var passwordFile: String?

        @Option(help: "Connection string of the schema's owner.")
        var database: String

        func run() throws {
            let hash = try PasswordInput(file: passwordFile).hash()
            let wasThere = try Connection(conninfo: database).transaction(permitting: .all) {
                try Accounts($0).setPassword(of: name, hash: hash)
            }
            guard wasThere else { throw ValidationError("there is no user \(name)") }
        }
    }
}
