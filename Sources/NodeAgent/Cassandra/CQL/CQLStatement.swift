/// One statement of a schema, with what it makes.
package struct CQLStatement: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        case keyspace, type, function, aggregate, table, index, trigger
        case materializedView = "materialized view"
        /// `ALTER TABLE`, with which cqlsh describes columns that were dropped.
        case alteration
        /// Anything that makes nothing we know.
        case other

        /// What must exist earlier has the lower rank.
        var rank: Int {
            switch self {
            case .keyspace: 0
            case .type: 1
            case .function: 2
            case .aggregate: 3
            case .table, .alteration: 4
            case .index, .trigger: 5
            case .materializedView: 6
            case .other: 7
            }
        }
    }

    /// Without its closing semicolon; comments inside are kept.
    package var text: String
    package var kind: Kind
    /// Empty where the statement does not name it.
    package var keyspace: String
    /// What is made, without its keyspace; a function's with the types of its arguments. Empty
    /// for an index without a name.
    package var name: String
    /// The table that an index, a trigger, a view or an alteration belongs to; a table's own name.
    package var table: String?
}
