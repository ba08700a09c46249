import ArgumentParser
import OperatorClient

extension Cluster {
    /// `helenusctl cluster limits ID [--requests-per-minute 600] [--running-jobs 4]`
    struct Limits: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sets what a cluster may use at most, and tells it.",
            discussion: "A limit is a number, 0 for none, or default for that of the service.")

        @Argument(help: "The cluster's id or name.")
        var id: String

        @Option(help: "Calls that are answered in a minute.")
        var requestsPerMinute: Limit?

        @Option(help: "Jobs at once, beside the one that changes the cluster.")
        var runningJobs: Limit?

        @OptionGroup var service: ServiceOptions

        /// Both, as the service takes and answers them: `nil` is its own setting.
        private struct Both: Codable {
            var requestsPerMinute: Int?
            var runningJobs: Int?

            enum CodingKeys: String, CodingKey {
                case requestsPerMinute = "requests_per_minute"
                case runningJobs = "running_jobs"
            }
        }

        func perform() async throws -> CommandExit {
            let client = try service.client()
            let path = ["cluster-configs", id, "limits"]
            var answer = try await client.call("GET", path)
            if requestsPerMinute != nil || runningJobs != nil {
                var both = try client.decode(answer, as: Both.self)
                if let requestsPerMinute { both.requestsPerMinute = requestsPerMinute.number }
                if let runningJobs { both.runningJobs = runningJobs.number }
                answer = try await client.call("PUT", path, body: both)
            }
            try service.tell(answer, as: Both.self) { both in
                var table = TextTable("LIMIT", "AT MOST")
                table.add("requests per minute", "\(Limit(number: both.requestsPerMinute))")
                table.add("running jobs", "\(Limit(number: both.runningJobs))")
                return table.lines
            }
            return .success
        }
    }

    /// A limit in the operator's words: `default`, or a number, of which 0 is no limit.
    struct Limit: ExpressibleByArgument, CustomStringConvertible {
        /// `nil` for the setting of the service.
        let number: Int?

        init(number: Int?) { self.number = number }

        init?(argument: String) {
            if argument == "default" {
                number = nil
            } else {
                guard let given = Int(argument), given >= 0 else { return nil }
                number = given
            }
        }

        var description: String {
            switch number {
            case nil: "default"
            case 0?: "no limit"
            case let number?: "\(number)"
            }
        }
    }
}
