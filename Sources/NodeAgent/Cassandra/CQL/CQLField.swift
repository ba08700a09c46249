/// A column of a table, or a field of a type, as its definition has it.
struct CQLField: Sendable, Hashable {
    var name: String
    /// Without white space, in lower case but for quoted parts; `varchar` is told as `text`.
    var type: String
    var isStatic = false

    /// Whether Cassandra reads values of the other type as values of this one.
    func accepts(_ other: String) -> Bool {
        switch (type, other) {
        case _ where type == other: true
        case ("blob", _): !other.contains("<") && other != "counter"
        case ("text", "ascii"): true
        case ("varint", "int"), ("varint", "bigint"), ("varint", "timestamp"): true
        case ("bigint", "timestamp"), ("timestamp", "bigint"): true
        case ("uuid", "timeuuid"): true
        default: false
        }
    }
}
