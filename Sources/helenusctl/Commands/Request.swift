import ArgumentParser
import OperatorClient

/// `helenusctl request list|show|watch|cancel`
struct Request: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Follows what was asked for.",
        subcommands: [List.self, Show.self, Watch.self, Cancel.self])

    /// `helenusctl request list`
    struct List: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists requests, the newest first.")

        @Option(help: "Only those in this state: running, success, partial, error or cancelled.")
        var state: String?

        @Option(help: "So many.")
        var count: Int = 20

        @OptionGroup var cluster: ClusterOptions

        func perform() async throws -> CommandExit {
            let client = try await cluster.client()
            let data = try await client.call(
                "GET", ["requests"],
                query: [("state", state), ("count", "\(count)")])
            try cluster.service.tell(data, as: [RequestStatus].self) { requests in
                var table = TextTable("REQUEST", "TYPE", "STATE", "STARTED", "BACKUP", "MESSAGE")
                for one in requests {
                    table.add(
                        one.id, one.type, one.state, "\(UTCTime(one.started))", one.tag ?? "",
                        one.details.message ?? "")
                }
                return table.lines
            }
            return .success
        }
    }

    /// `helenusctl request show ID`
    struct Show: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tells how far a request has come on each node.")

        @Argument(help: "The request's id.")
        var id: String

        @OptionGroup var service: ServiceOptions

        func perform() async throws -> CommandExit {
            let data = try await service.client().call("GET", ["request", id, "status"])
            try service.tell(data, as: RequestStatus.self) { one in
                var table = TextTable("NODE", "STATE", "FILES", "BYTES")
                for (node, part) in (one.details.subrequests ?? [:]).sorted(by: { $0.key < $1.key })
                {
                    var alone = one
                    alone.details.subrequests = [node: part]
                    let progress = alone.progress
                    table.add(
                        node, part.state, "\(progress.doneFiles)/\(progress.totalFiles)",
                        "\(ByteCount(progress.doneBytes)) of \(ByteCount(progress.totalBytes))")
                }
                let message = one.details.message.flatMap { $0.isEmpty ? nil : $0 }
                return ["\(one.type) \(one.tag ?? one.id): \(one.state)"]
                    + (message.map { [$0] } ?? []) + table.lines
            }
            return .success
        }
    }

    /// `helenusctl request watch ID`
    struct Watch: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Waits for a request's end; the exit status tells how it ended.")

        @Argument(help: "The request's id.")
        var id: String

        @OptionGroup var service: ServiceOptions

        func perform() async throws -> CommandExit {
            try await RequestWatch(client: try service.client(), options: service).end(of: id)
        }
    }

    /// `helenusctl request cancel ID`
    struct Cancel: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Asks for a request's end; it leaves things as a failure would.")

        @Argument(help: "The request's id.")
        var id: String

        @OptionGroup var service: ServiceOptions

        func perform() async throws -> CommandExit {
            _ = try await service.client().call(
                "POST", ["request", id, "cancel"], body: [String: String]())
            return .success
        }
    }
}
