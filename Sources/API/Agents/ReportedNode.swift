/// An agent's report of its node, checked: what PostgreSQL takes into the node's row.
struct ReportedNode {
    /// The report as JSON text.
    let json: String

    private static let texts = [
        "address", "agent_url", "datacenter", "rack", "partitioner", "schema_version",
        "cassandra_version", "agent_version",
    ]
    private static let sizes = ["free_bytes", "total_bytes", "used_bytes", "staging_free_bytes"]

    /// - Throws: `APIError` that names the member that is missing or wrong.
    init(_ fields: Fields) throws {
        for name in Self.texts {
            guard try fields.text(name) != nil else {
                throw APIError.invalid("\(name): is missing.")
            }
        }
        guard let state = try fields.text("node_state"), ["up", "down"].contains(state) else {
            throw APIError.invalid("node_state: accepted are up and down.")
        }
        for name in Self.sizes {
            guard let size = try fields.number(name, minimum: 0), Int64(exactly: size) != nil else {
                throw APIError.invalid("\(name): accepted is a whole number of bytes.")
            }
        }
        guard try fields.texts("tokens") != nil else {
            throw APIError.invalid("tokens: is missing.")
        }
        guard case .list? = fields.members["data_directories"] else {
            throw APIError.invalid("data_directories: accepted is an array of objects.")
        }
        guard let keyspaces = try fields.objects("keyspaces") else {
            throw APIError.invalid("keyspaces: is missing.")
        }
        for keyspace in keyspaces.values { _ = try keyspace.texts("tables") }
        _ = try fields.objects("table_identities")
        try Self.check(archiveState: fields.members["archive_state"])
        json = try JSONValue.object(fields.members).encoded()
    }

    /// What executors compare has to be what they take it for.
    private static func check(archiveState: JSONValue?) throws {
        switch archiveState {
        case nil, .null?: return
        case .object(let members)?:
            guard case .number(let epoch)? = members["epoch"], Int64(exactly: epoch) != nil,
                case .flag? = members["in_place"]
            else { break }
            return
        case .text?, .number?, .flag?, .list?: break
        }
        throw APIError.invalid(
            "archive_state: accepted is an object with a number epoch and a flag in_place.")
    }
}
