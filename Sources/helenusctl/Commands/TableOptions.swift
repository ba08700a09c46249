import ArgumentParser
import OperatorClient

/// Which tables come back.
struct TableOptions: ParsableArguments {
    @Option(help: "KEYSPACE or KEYSPACE.TABLE; may be given again. All without any.")
    var only: [String] = []

    struct Keyspace: Encodable {
        /// All of them where it is `nil`.
        var tables: [String]?

        enum CodingKeys: String, CodingKey { case tables = "column-families" }
    }

    /// By keyspace; `nil` for all.
    var keyspaces: [String: Keyspace]? {
        guard !only.isEmpty else { return nil }
        return ChosenTables(only).byKeyspace.mapValues { Keyspace(tables: $0.isEmpty ? nil : $0) }
    }
}
