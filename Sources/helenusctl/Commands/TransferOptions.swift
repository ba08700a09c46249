import ArgumentParser

/// How files are sent to destinations.
struct TransferOptions: ParsableArguments {
    @Flag(help: "Stores files that gain from it in zstd.")
    var compressed = false

    @Option(help: "Megabytes per second, of each node and destination.")
    var throttle: Double?

    struct Body: Encodable {
        var compressed: Bool
        var throttle: Double?
    }

    /// The same for each of the destinations, by their ids.
    func body(for destinations: [String]) -> [String: Body] {
        let body = Body(compressed: compressed, throttle: throttle)
        return Dictionary(destinations.map { ($0, body) }, uniquingKeysWith: { first, _ in first })
    }
}
