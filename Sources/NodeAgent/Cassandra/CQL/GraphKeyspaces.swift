/// The graphs of DSE among some keyspaces.
///
/// DSE 6.8 says in a keyspace's options that it is a graph: `graph_engine = 'Core'`, or `'Classic'`.
/// Before that a graph is a keyspace with another one beside it that is called after it, with
/// `_system` at the end; a third one ends in `_pvt` up to DSE 5.1.
package struct GraphKeyspaces: Sendable, Hashable {
    /// Graph → its keyspaces, sorted; those that are not there are left out.
    package let byGraph: [String: [String]]

    private static let companions = ["_system", "_pvt"]

    /// - Parameters:
    ///   - keyspaces: all that there are.
    ///   - statements: the schema, of which the keyspaces' own statements count.
    package init(_ keyspaces: Set<String>, made statements: [CQLStatement]) {
        let withEngine = Set(
            statements.filter { $0.kind == .keyspace && $0.graphEngine != nil }.map(\.name))
        let classic = keyspaces.filter { keyspaces.contains($0 + "_system") }
        let graphs = withEngine.intersection(keyspaces).union(classic).filter { name in
            // What belongs to a graph is none of its own.
            !Self.companions.contains { companion in
                name.hasSuffix(companion)
                    && keyspaces.contains(String(name.dropLast(companion.count)))
            }
        }
        byGraph = Dictionary(
            uniqueKeysWithValues: graphs.map { graph in
                (
                    graph,
                    ([graph] + Self.companions.map { graph + $0 }).filter(keyspaces.contains)
                        .sorted()
                )
            })
    }
}
