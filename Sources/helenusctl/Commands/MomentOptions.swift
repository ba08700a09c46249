import ArgumentParser

/// What goes back to a moment, and where its backup and its commit logs lie.
struct MomentOptions: ParsableArguments {
    @Option(help: "The destination of the backup; the nodes themselves without it.")
    var destination: String?

    @Option(help: "The destination of the commit logs; that of the backup without it.")
    var logs: String?

    @OptionGroup var tables: TableOptions

    struct Body: Encodable {
        var moment: Int64
        var destination: String?
        var logs: String?
        var keyspaces: [String: TableOptions.Keyspace]?
        var restartPause: Int?

        enum CodingKeys: String, CodingKey {
            case destination, keyspaces
            case moment = "pit"
            case logs = "pit_destination"
            case restartPause = "restart_pause"
        }
    }

    /// - Parameter restartPause: seconds; only a run takes it.
    func body(_ moment: Int64, restartPause: Int? = nil) -> Body {
        Body(
            moment: moment, destination: destination, logs: logs, keyspaces: tables.keyspaces,
            restartPause: restartPause)
    }
}
