extension SSTableDescriptor {
    /// The same SSTable under another number.
    package func renumbered(_ generation: Int) -> SSTableDescriptor {
        var named = self
        named.generation = String(generation)
        named.prefix =
            if let table {
                "\(table.keyspace)-\(table.table)-\(version)-\(generation)"
            } else {
                "\(version)-\(generation)-\(format)"
            }
        return named
    }

    /// The same SSTable in another keyspace, which only names before version 2.2 tell.
    package func moved(to keyspace: String) -> SSTableDescriptor {
        guard let table else { return self }
        var named = self
        named.prefix = "\(keyspace)-\(table.table)-\(version)-\(generation)"
        return named
    }
}
