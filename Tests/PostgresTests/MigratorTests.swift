import Postgres
import Statements
import TestDatabase
import Testing

@Suite struct MigratorTests {
    private let everything = Statement(
        name: "everything",
        text: """
            SELECT count(*) FROM pg_class
            WHERE relnamespace = 'helenus'::regnamespace AND relname NOT LIKE 'migration%'
            """)

    @Test func `all migrations go up, down to nothing, and up again`() throws {
        let database = try TestDatabase.empty()
        let connection = try database.connect()
        let migrator = Migrator(connection: connection)
        #expect(try migrator.applied() == [])
        let names = SQLText.migrations.map(\.name)
        #expect(!names.isEmpty)
        for _ in 0..<2 {
            #expect(try migrator.up() == names)
            #expect(try migrator.up() == [])
            #expect(try migrator.applied() == names)
            #expect(try connection.run(everything)[0].number(0) > 0)
            for name in names.reversed() {
                #expect(try migrator.down() == name)
            }
            #expect(try migrator.down() == nil)
            #expect(try connection.run(everything)[0].number(0) == 0)
        }
    }

    @Test func `everything belongs to the owner, who needs no superuser for the next step`() throws
    {
        let database = try TestDatabase.empty()
        _ = try Migrator(connection: try database.connect()).up()
        let foreign = Statement(
            name: "foreign",
            text: """
                SELECT relname FROM pg_class
                WHERE relnamespace IN ('helenus'::regnamespace, 'report'::regnamespace)
                    AND relowner <> 'helenus_owner'::regrole
                """)
        #expect(try database.connect().run(foreign).isEmpty)
        let owner = Migrator(connection: try database.connect(as: .owner))
        #expect(try owner.down() == SQLText.migrations.last?.name)
        #expect(try owner.up() == SQLText.migrations.suffix(1).map(\.name))
    }

    @Test func `a failing step leaves nothing of itself`() throws {
        let database = try TestDatabase.empty()
        let connection = try database.connect()
        let broken = Migration(
            name: "0002_broken", up: "CREATE TABLE helenus.half (); SELECT 1 / 0",
            down: "")
        let migrator = Migrator(
            connection: connection, migrations: SQLText.migrations.prefix(1) + [broken])
        #expect(throws: PostgresError.self) { try migrator.up() }
        #expect(try migrator.applied() == ["0001_foundation"])
        let half = Statement(name: "half", text: "SELECT to_regclass('helenus.half') IS NULL")
        #expect(try connection.run(half)[0].flag(0))
    }

    @Test func `a changed or unknown step is noticed`() throws {
        let database = try TestDatabase.empty()
        let connection = try database.connect()
        let one = Migration(name: "0001_one", up: "SELECT 1", down: "SELECT 1")
        let two = Migration(name: "0002_two", up: "SELECT 2", down: "SELECT 2")
        _ = try Migrator(connection: connection, migrations: [one, two]).up()
        var changed = one
        changed.up = "SELECT 3"
        #expect(throws: MigrationError.changed(name: "0001_one")) {
            try Migrator(connection: connection, migrations: [changed, two]).up()
        }
        #expect(throws: MigrationError.unknown(name: "0002_two")) {
            try Migrator(connection: connection, migrations: [one]).up()
        }
    }
}
