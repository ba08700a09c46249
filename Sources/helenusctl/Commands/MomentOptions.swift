import ArgumentParser

/// Where the backup and the commit logs of a moment lie.
struct MomentOptions: ParsableArguments {
    @Option(help: "The destination of the backup; the nodes themselves without it.")
    var destination: String?

    @Option(help: "The destination of the commit logs; that of the backup without it.")
    var logs: String?

    struct Body: Encodable, Hashable {
        var moment: Int64
        var destination: String?
        var logs: String?

        enum CodingKeys: String, CodingKey {
            case destination
            case moment = "pit"
            case logs = "pit_destination"
        }
    }

    func body(_ moment: Int64) -> Body {
        Body(moment: moment, destination: destination, logs: logs)
    }
}
