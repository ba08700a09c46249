import BackupModel

extension Fields {
    /// The members `keyspaces` and `tables` of `run` and of schedules: what is backed up.
    func selection() throws -> TableSelection {
        var keyspaces: [String: [String]] = [:]
        for keyspace in try texts("keyspaces") ?? [] { keyspaces[keyspace] = [] }
        if has("tables") {
            let tables = try section("tables")
            for keyspace in tables.members.keys {
                keyspaces[keyspace] = try tables.texts(keyspace) ?? []
            }
        }
        for (keyspace, tables) in keyspaces {
            for name in [keyspace] + tables where !TableName.isAcceptable(name) {
                throw APIError.invalid("keyspaces: '\(name)' is no name of a keyspace or table.")
            }
        }
        return TableSelection(keyspaces: keyspaces)
    }
}
