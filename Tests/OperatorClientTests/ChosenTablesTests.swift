import OperatorClient
import Testing

@Suite struct ChosenTablesTests {
    @Test func `tables are gathered under their keyspace`() {
        #expect(
            ChosenTables(["shop.carts", "logs", "shop.orders"]).byKeyspace
                == ["shop": ["carts", "orders"], "logs": []])
        #expect(ChosenTables([]).byKeyspace == [:])
    }

    @Test(arguments: [["shop", "shop.carts"], ["shop.carts", "shop"], ["shop"]])
    func `a keyspace that is named whole is whole`(names: [String]) {
        #expect(ChosenTables(names).byKeyspace == ["shop": []])
    }

    /// The service refuses the empty name, by its own words.
    @Test func `a name that lacks a part is passed on`() {
        #expect(ChosenTables(["shop."]).byKeyspace == ["shop": [""]])
        #expect(ChosenTables([".carts"]).byKeyspace == ["": ["carts"]])
    }
}
