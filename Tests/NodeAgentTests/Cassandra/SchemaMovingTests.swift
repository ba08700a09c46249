import NodeAgent
import Testing

@Suite struct `a schema moved to another keyspace` {
    private func moved(_ text: String, from old: String = "app", to new: String = "copy")
        -> [String]
    {
        CQLScript.statements(of: text).map { $0.moved(from: old, to: new).text }
    }

    @Test func `every kind of statement names the new keyspace`() {
        let schema = """
            CREATE KEYSPACE app WITH replication = {'class': 'SimpleStrategy'};
            CREATE KEYSPACE IF NOT EXISTS app WITH durable_writes = true;
            CREATE TYPE app.address (street text, other frozen<app.street>);
            CREATE TABLE app.users (id int PRIMARY KEY, home frozen<app.address>);
            CREATE INDEX by_home ON app.users (home);
            CREATE MATERIALIZED VIEW app.v AS SELECT * FROM app.users WHERE id IS NOT NULL
            """
        #expect(
            moved(schema) == [
                "CREATE KEYSPACE copy WITH replication = {'class': 'SimpleStrategy'}",
                "CREATE KEYSPACE IF NOT EXISTS copy WITH durable_writes = true",
                "CREATE TYPE copy.address (street text, other frozen<copy.street>)",
                "CREATE TABLE copy.users (id int PRIMARY KEY, home frozen<copy.address>)",
                "CREATE INDEX by_home ON copy.users (home)",
                "CREATE MATERIALIZED VIEW copy.v AS SELECT * FROM copy.users WHERE id IS NOT NULL",
            ])
    }

    @Test func `strings, bodies, comments and other names stay`() {
        let schema = """
            CREATE TABLE app.app (app int PRIMARY KEY, b text) WITH comment = 'app.users';
            CREATE FUNCTION app.f (app int) RETURNS NULL ON NULL INPUT RETURNS int \
            LANGUAGE java AS $$ return app.length; $$
            """
        #expect(
            moved(schema) == [
                "CREATE TABLE copy.app (app int PRIMARY KEY, b text) WITH comment = 'app.users'",
                "CREATE FUNCTION copy.f (app int) RETURNS NULL ON NULL INPUT RETURNS int "
                    + "LANGUAGE java AS $$ return app.length; $$",
            ])
    }

    @Test func `names are quoted where CQL needs it, and read with their case`() {
        #expect(
            moved(#"CREATE TABLE "App".t (id int PRIMARY KEY)"#, from: "App", to: "Copy")
                == [#"CREATE TABLE "Copy".t (id int PRIMARY KEY)"#])
        #expect(
            moved(#"CREATE TABLE APP.t (id int PRIMARY KEY)"#)
                == ["CREATE TABLE copy.t (id int PRIMARY KEY)"])
        #expect(
            moved(#"CREATE TABLE "App".t (id int PRIMARY KEY)"#)
                == [#"CREATE TABLE "App".t (id int PRIMARY KEY)"#])
    }

    @Test func `the statement knows its new keyspace`() throws {
        let made = try #require(CQLScript.statements(of: "CREATE KEYSPACE app").first)
        let moved = made.moved(from: "app", to: "copy")
        #expect(moved.keyspace == "copy")
        #expect(moved.name == "copy")
        #expect(moved.kind == .keyspace)
    }
}
