import NodeAgent
import Testing

struct CQLScriptTests {
    static let schema = """
        CREATE KEYSPACE "Shop" WITH replication = {'class': 'NetworkTopologyStrategy', 'dc;1': '3'}
            AND durable_writes = true;

        -- a comment; with a semicolon and a 'quote
        CREATE TYPE "Shop".addr (street text, zip int);
        /* Warning: Table "Shop".old omitted because it has constructs not compatible with CQL;
           CREATE TABLE "Shop".old (x int); */
        CREATE OR REPLACE FUNCTION "Shop".plus(a int, b map<text, int>)
            CALLED ON NULL INPUT RETURNS int LANGUAGE java AS $$ return a; // it's; $$;
        CREATE AGGREGATE "Shop".total(int) SFUNC plus STYPE int INITCOND 0;
        CREATE TABLE "Shop".users (
            id uuid PRIMARY KEY, "Full;Name" text
        ) WITH comment = 'it''s; a "table" -- really' AND id = 8c0046a0-e734-11f1-a3b3-ab6c995d0ca6;
        CREATE INDEX by_name ON "Shop".users ("Full;Name");
        CREATE CUSTOM INDEX ON "Shop".users (keys(tags)) USING 'sai';
        CREATE MATERIALIZED VIEW "Shop".by_zip AS SELECT * FROM "Shop".users WHERE id IS NOT NULL
            PRIMARY KEY (id) WITH comment = '';
        ALTER TABLE "Shop".users DROP gone USING TIMESTAMP 1;
        """

    let statements = CQLScript.statements(of: Self.schema)

    @Test func `semicolons in strings, names, bodies and comments end nothing`() {
        #expect(
            statements.map(\.kind) == [
                .keyspace, .type, .function, .aggregate, .table, .index, .index,
                .materializedView, .alteration,
            ])
        #expect(statements.allSatisfy { $0.keyspace == "Shop" })
        #expect(statements[2].text.hasSuffix("$$ return a; // it's; $$"))
        #expect(statements[4].text.contains("'it''s; a \"table\" -- really'"))
    }

    @Test func `each statement tells what it makes`() {
        #expect(
            statements.map(\.name) == [
                "Shop", "addr", "plus(int, map<text,int>)", "total(int)", "users", "by_name", "",
                "by_zip", "",
            ])
        #expect(statements.suffix(5).map(\.table) == ["users", "users", "users", "users", "users"])
        #expect(
            statements[0].replication == ["class": "NetworkTopologyStrategy", "dc;1": "3"])
        #expect(statements[4].tableID == "8c0046a0e73411f1a3b3ab6c995d0ca6")
    }

    @Test func `only what is missing is made, in order`() {
        let live = statements.filter { $0.kind == .keyspace || $0.kind == .type }
        let missing = CQLScript.missing(from: statements.reversed(), live: live, wanted: ["users"])
        #expect(
            missing.map(\.kind).prefix(2) == [.function, .aggregate]
                && missing.last?.kind == .materializedView)
        #expect(missing.count == 7)
        #expect(
            CQLScript.missing(from: statements, live: statements, wanted: ["users"]).isEmpty)
        let nothingWanted = CQLScript.missing(from: statements, live: [], wanted: [])
        #expect(nothingWanted.map(\.kind) == [.keyspace, .type, .function, .aggregate])
    }

    @Test func `a table that lacks nothing but indexes gets them, one that was changed does not`() {
        let bare = statements.filter { $0.kind != .index }
        let missing = CQLScript.missing(from: statements, live: bare, wanted: ["users"])
        #expect(missing == statements.filter { $0.kind == .index })
        #expect(CQLScript.missing(from: statements, live: bare, wanted: []).isEmpty)
        let indexed = bare + CQLScript.statements(of: "CREATE INDEX own ON \"Shop\".users (name);")
        #expect(CQLScript.missing(from: statements, live: indexed, wanted: ["users"]).isEmpty)
        let narrower = bare.map {
            $0.kind == .table
                ? CQLScript.statements(of: "CREATE TABLE \"Shop\".users (id uuid PRIMARY KEY);")[0]
                : $0
        }
        #expect(CQLScript.missing(from: statements, live: narrower, wanted: ["users"]).isEmpty)
    }

    @Test func `a table that an interrupted attempt has made gets all that belongs to it`() {
        let live = statements.filter { $0.kind != .materializedView }
        let missing = CQLScript.missing(
            from: statements, live: live, wanted: ["users"], begun: ["users"])
        #expect(missing == statements.filter { $0.kind == .materializedView })
    }

    @Test func `a statement can be made harmless`() {
        #expect(
            statements[1].ifMissing
                == "CREATE TYPE IF NOT EXISTS \"Shop\".addr (street text, zip int)")
        #expect(statements[6].ifMissing.hasPrefix("CREATE CUSTOM INDEX IF NOT EXISTS ON \"Shop\""))
        #expect(statements[2].ifMissing == statements[2].text)
        let again = CQLScript.statements(of: statements[1].ifMissing)
        #expect(again.first?.ifMissing == statements[1].ifMissing)
        #expect(again.first?.name == "addr")
    }

    @Test func `names are quoted where they must be`() {
        #expect(CQLIdentifier.quoted("users") == "users")
        #expect(CQLIdentifier.quoted("MixedCase") == "\"MixedCase\"")
        #expect(CQLIdentifier.quoted("table") == "\"table\"")
        #expect(CQLIdentifier.quoted("a\"; DROP") == "\"a\"\"; DROP\"")
        #expect(CQLIdentifier.name(of: "\"a\"\"b\"") == "a\"b")
        #expect(CQLIdentifier.name(of: "Users") == "users")
    }

    @Test func `text that is no CQL is taken without harm`() {
        for text in ["", ";;;", "'", "\"", "$$", "/*", "--", "CREATE", "CREATE TABLE", "é;'ü"] {
            #expect(CQLScript.statements(of: text).allSatisfy { $0.kind == .other })
        }
    }
}
