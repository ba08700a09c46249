/// What a command's words choose: keyspaces, or single tables of them.
package struct ChosenTables: Sendable, Hashable {
    /// Keyspace → its tables; none named stands for all. Empty where nothing is chosen.
    package private(set) var byKeyspace: [String: [String]] = [:]

    /// A keyspace that is named whole is whole, whatever tables of it are named too.
    ///
    /// - Parameter names: each `KEYSPACE` or `KEYSPACE.TABLE`.
    package init(_ names: [String]) {
        for name in names {
            let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
                .map(String.init)
            if parts.count == 1 || byKeyspace[parts[0]] == [] {
                byKeyspace[parts[0]] = []
            } else {
                byKeyspace[parts[0], default: []].append(parts[1])
            }
        }
    }
}
