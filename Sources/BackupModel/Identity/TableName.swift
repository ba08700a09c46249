/// A table by its keyspace and name, in the case in which Cassandra keeps them.
package struct TableName: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    package var keyspace: String
    package var table: String

    package init(keyspace: String, table: String) {
        self.keyspace = keyspace
        self.table = table
    }

    /// Cassandra's own rule for the names of keyspaces and tables, which are folder names as well:
    /// 1 to 48 of letters, digits and underscore (tables of newer versions: up to 222).
    package static func isAcceptable(_ name: String) -> Bool {
        (1...222).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                    true
                default:
                    false
                }
            }
    }

    package static func < (left: TableName, right: TableName) -> Bool {
        (left.keyspace, left.table) < (right.keyspace, right.table)
    }

    package var description: String { "\(keyspace).\(table)" }
}
