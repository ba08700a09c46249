package import Postgres

/// Brings a database's schema to a version, one transaction for each step, under a lock.
///
/// Every step runs as the role `helenus_owner`, whoever connects.
package struct Migrator {
    private let connection: Connection
    private let migrations: [Migration]

    /// - Parameter connection: as `helenus_owner`, or, the first time, as a role that may create
    ///   roles and schemas.
    package init(connection: Connection, migrations: [Migration] = SQLText.migrations) {
        self.connection = connection
        self.migrations = migrations
    }

    enum Step: String, NamedStatement {
        case lock = "migration_lock"
        case beOwner = "migration_be_owner"
        case isBootstrapped = "migration_is_bootstrapped"
        case list = "migration_list"
        case checksum = "migration_checksum"
        case add = "migration_add"
        case remove = "migration_remove"
    }

    /// The names of the steps that the database has taken, oldest first.
    package func applied() throws -> [String] {
        try connection.transaction(permitting: .all) { connection in
            guard try isBootstrapped() else { return [] }
            try connection.run(Step.beOwner)
            return try record().map(\.name)
        }
    }

    /// Takes every step that is missing; answers their names.
    ///
    /// - Throws: `MigrationError` when the database has a step that this program does not know, or
    ///   knows with another text.
    package func up() throws -> [String] {
        try connection.transaction(permitting: .all) { connection in
            try connection.run(Step.lock)
            try connection.runScript(SQLText.bootstrap)
        }
        var taken: [String] = []
        for migration in migrations {
            let isNew = try asOwner { connection in
                let record = try record()
                try check(record)
                guard !record.contains(where: { $0.name == migration.name }) else { return false }
                try connection.runScript(migration.up)
                try connection.run(Step.add, .text(migration.name), .text(migration.up))
                return true
            }
            if isNew { taken.append(migration.name) }
        }
        return taken
    }

    /// Takes back the newest step; answers its name, or `nil` where there is none.
    package func down() throws -> String? {
        try asOwner { connection in
            let record = try record()
            try check(record)
            guard let name = record.last?.name,
                let migration = migrations.first(where: { $0.name == name })
            else { return nil }
            try connection.runScript(migration.down)
            try connection.run(Step.remove, .text(name))
            return name
        }
    }

    private func asOwner<Result>(_ body: (Connection) throws -> Result) throws -> Result {
        try connection.transaction(permitting: .all) { connection in
            try connection.run(Step.lock)
            guard try isBootstrapped() else { throw MigrationError.notBootstrapped }
            try connection.run(Step.beOwner)
            return try body(connection)
        }
    }

    private func isBootstrapped() throws -> Bool {
        try connection.run(Step.isBootstrapped)[0].flag(0)
    }

    private func record() throws -> [(name: String, checksum: String)] {
        try connection.run(Step.list).map { (try $0.text(0), try $0.text(1)) }
    }

    private func check(_ record: [(name: String, checksum: String)]) throws {
        for (name, checksum) in record {
            guard let known = migrations.first(where: { $0.name == name }) else {
                throw MigrationError.unknown(name: name)
            }
            let expected = try connection.run(Step.checksum, .text(known.up))[0].text(0)
            guard expected == checksum else { throw MigrationError.changed(name: name) }
        }
    }
}
