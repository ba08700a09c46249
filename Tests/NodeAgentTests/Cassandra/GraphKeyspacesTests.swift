import NodeAgent
import Testing

/// Which keyspaces are graphs of DSE.
@Suite struct GraphKeyspacesTests {
    private func graphs(_ keyspaces: Set<String>, _ schema: String = "") -> [String: [String]] {
        GraphKeyspaces(keyspaces, made: CQLScript.statements(of: schema)).byGraph
    }

    @Test func `a cluster without graphs has none`() {
        #expect(
            graphs(["shop", "shop2"], "CREATE KEYSPACE shop WITH durable_writes = true") == [:])
    }

    @Test func `a classic graph is its keyspace with those that are called after it`() {
        #expect(
            graphs(["g", "g_system", "g_pvt", "shop"]) == ["g": ["g", "g_pvt", "g_system"]])
        #expect(graphs(["g", "g_system"]) == ["g": ["g", "g_system"]])
        #expect(graphs(["g", "g_pvt"]) == [:])
    }

    @Test func `a graph of DSE 6.8 says so itself`() {
        let schema = """
            CREATE KEYSPACE "Core" WITH replication = {'class': 'NetworkTopologyStrategy', 'dc': '3'}
                AND durable_writes = true AND graph_engine = 'Core';
            CREATE KEYSPACE shop WITH replication = {'graph_engine': 'none'};
            CREATE TABLE shop.t (id int PRIMARY KEY, graph_engine text);
            """
        #expect(graphs(["Core", "shop"], schema) == ["Core": ["Core"]])
    }

    @Test func `what belongs to a graph is none of its own`() {
        let schema = ["g", "g_system"].map {
            "CREATE KEYSPACE \($0) WITH replication = {} AND graph_engine = 'Classic'"
        }.joined(separator: ";")
        #expect(graphs(["g", "g_system"], schema) == ["g": ["g", "g_system"]])
    }

    @Test func `a keyspace that is not in the backup is not told of`() {
        #expect(
            graphs([], "CREATE KEYSPACE g WITH replication = {} AND graph_engine = 'Core'") == [:])
    }
}
