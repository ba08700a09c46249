package import Postgres

/// Brings a database's schema to a version, one transaction for each step, under a lock.
package struct Migrator {
    private let connection: Connection
    private let migrations: [Migration]

    /// - Parameter connection: as the owner of the schema.
    package init(connection: Connection, migrations: [Migration] = SQLText.migrations) {
        self.connection = connection
        self.migrations = migrations
    }

    enum Step: String, NamedStatement {
        case lock = "migration_lock"
        case list = "migration_list"
        case add = "migration_add"
        case remove = "migration_remove"
        case createTable = "migration_create_table"
    }

    /// The names of the steps that the database has taken, oldest first.
    package func applied() throws -> [String] {
        try connection.run(Step.createTable)
        return try connection.run(Step.list).map { try $0.text(0) }
    }

    /// Takes every step that is missing; answers their names.
    package func up() throws -> [String] {
        var taken: [String] = []
        for migration in migrations {
            let isNew = try connection.transaction(permitting: .all) { connection in
                try connection.run(Step.createTable)
                try connection.run(Step.lock)
                guard try !applied().contains(migration.name) else { return false }
                try connection.runScript(migration.up)
                try connection.run(Step.add, .text(migration.name))
                return true
            }
            if isNew { taken.append(migration.name) }
        }
        return taken
    }

    /// Takes back the newest step; answers its name, or `nil` where there is none.
    package func down() throws -> String? {
        try connection.transaction(permitting: .all) { connection in
            try connection.run(Step.createTable)
            try connection.run(Step.lock)
            guard let name = try applied().last else { return nil }
            guard let migration = migrations.first(where: { $0.name == name }) else {
                throw PostgresError(
                    sqlstate: "", message: "this program does not know migration \(name)")
            }
            try connection.runScript(migration.down)
            try connection.run(Step.remove, .text(name))
            return name
        }
    }
}
