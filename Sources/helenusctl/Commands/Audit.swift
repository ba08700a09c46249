import ArgumentParser
import OperatorClient

/// `helenusctl audit`
struct Audit: ServiceCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists who changed what, the newest first.")

    @Option(help: "So many calls.")
    var count: Int = 20

    @Option(help: "Only calls about this cluster.")
    var cluster: String?

    @Option(help: "Only this user's calls.")
    var by: String?

    @OptionGroup var service: ServiceOptions

    private struct Answer: Decodable {
        var entries: [Entry]

        struct Entry: Decodable {
            var time: Int64
            var user: String
            var address: String
            var method: String
            var path: String
            var outcome: String
        }
    }

    func perform() async throws -> CommandExit {
        let data = try await service.client().call(
            "GET", ["audit"], query: [("count", "\(count)"), ("cluster", cluster), ("user", by)])
        try service.tell(data, as: Answer.self) { answer in
            var table = TextTable("TIME", "USER", "ADDRESS", "OUTCOME", "CALL")
            for one in answer.entries {
                table.add(
                    "\(UTCTime(one.time))", one.user, one.address, one.outcome,
                    "\(one.method) \(one.path)")
            }
            return table.lines
        }
        return .success
    }
}
