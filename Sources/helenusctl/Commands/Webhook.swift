import ArgumentParser
import FoundationEssentials
import OperatorClient

/// `helenusctl webhook list|show|add|update|remove|test`
struct Webhook: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says who is told of backups that fail, end in part or are late.",
        subcommands: [
            List.self, Show.self, Add.self, Update.self, Remove.self, Test.self,
        ])

    /// A webhook as the service shows it.
    private struct Entry: Decodable {
        var id: String
        var url: String
        var events: [String]
        var isEnabled: Bool
        var disabledReason: String?
        var pending: Int
        var lastDelivery: Delivery?
        /// Only where one webhook is shown.
        var deliveries: [Delivery]?

        enum CodingKeys: String, CodingKey {
            case id, url, events, pending, deliveries
            case isEnabled = "enabled"
            case disabledReason = "disabled_reason"
            case lastDelivery = "last_delivery"
        }
    }

    /// A message, and what came of it.
    private struct Delivery: Decodable {
        var id: String
        var type: String
        var status: String
        var attempts: Int
        var lastAttempt: Int64?
        var nextAttempt: Int64?
        var lastError: String?

        enum CodingKeys: String, CodingKey {
            case id, type, status, attempts
            case lastAttempt = "last_attempt"
            case nextAttempt = "next_attempt"
            case lastError = "last_error"
        }
    }

    /// `helenusctl webhook list`
    struct List: ServiceCommand {
        static let configuration = CommandConfiguration(abstract: "Lists a cluster's webhooks.")

        @OptionGroup var cluster: ClusterOptions

        func perform() async throws -> CommandExit {
            let client = try await cluster.client()
            let data = try await client.call("GET", ["webhooks"])
            try cluster.service.tell(data, as: [Entry].self) { entries in
                var table = TextTable("ID", "STATE", "EVENTS", "WAITING", "LAST MESSAGE", "URL")
                for one in entries {
                    table.add(
                        one.id, one.isEnabled ? "on" : "off",
                        one.events.joined(separator: ","), "\(one.pending)",
                        one.lastDelivery.map { "\($0.type) \($0.status)" } ?? "none", one.url)
                }
                return table.lines
            }
            return .success
        }
    }

    /// `helenusctl webhook show ID`
    struct Show: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows a webhook and what it was told last.")

        @Argument(help: "The webhook's id.")
        var id: String

        @OptionGroup var cluster: ClusterOptions

        func perform() async throws -> CommandExit {
            let client = try await cluster.client()
            let data = try await client.call("GET", ["webhooks", id])
            try cluster.service.tell(data, as: Entry.self) { entry in
                var table = TextTable(
                    "MESSAGE", "TYPE", "STATUS", "ATTEMPTS", "LAST ATTEMPT", "NEXT ATTEMPT",
                    "ERROR")
                for one in entry.deliveries ?? [] {
                    table.add(
                        one.id, one.type, one.status, "\(one.attempts)",
                        "\(UTCTime(one.lastAttempt))", "\(UTCTime(one.nextAttempt))",
                        one.lastError ?? "")
                }
                let state = entry.isEnabled ? "on" : "off"
                let reason = entry.disabledReason.map { ": \($0)" } ?? ""
                return ["\(entry.url) \(state)\(reason)"] + table.lines
            }
            return .success
        }
    }

    /// `helenusctl webhook add https://alerts.example.org/helenus`
    struct Add: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Adds a webhook and prints its id and its secret.",
            discussion: """
                The secret, with which the receiver verifies what it is told, is never shown again. One \
                of your own is read from a file, which nobody else may see: --secret-file /root/secret
                """)

        @Argument(help: "Where messages are posted: https://…, or http:// to this machine.")
        var url: String

        @Option(
            help:
                "backup.failed, backup.partial or backup.late; may be given again. All without it.")
        var event: [String] = []

        @Option(help: "Seconds after which a backup that was due is late.")
        var lateGrace: Int?

        @Option(help: "A note for people.")
        var description: String?

        @Option(help: "A file whose first line is the secret: whsec_ and base64.")
        var secretFile: String?

        @OptionGroup var cluster: ClusterOptions

        private struct Body: Encodable {
            var url: String
            var events: [String]?
            var lateGrace: Int?
            var description: String?
            var secret: String?

            enum CodingKeys: String, CodingKey {
                case url, events, description, secret
                case lateGrace = "late_grace_seconds"
            }
        }

        private struct Answer: Decodable {
            var id: String
            var secret: String
        }

        func perform() async throws -> CommandExit {
            let body = Body(
                url: url, events: event.isEmpty ? nil : event, lateGrace: lateGrace,
                description: description,
                secret: try secretFile.map { try PasswordInput(file: $0).line() })
            let client = try await cluster.client()
            let data = try await client.call("POST", ["webhooks"], body: body)
            try cluster.service.tell(data, as: Answer.self) { [$0.id, $0.secret] }
            return .success
        }
    }

    /// `helenusctl webhook update ID FILE`
    struct Update: ServiceCommand {
        static let configuration = CommandConfiguration(abstract: "Changes a webhook.")

        @Argument(help: "The webhook's id.")
        var id: String

        @Argument(help: "A file with what is to change, JSON; - for standard input.")
        var file: String

        @OptionGroup var cluster: ClusterOptions

        func perform() async throws -> CommandExit {
            let client = try await cluster.client()
            _ = try await client.call(
                "PUT", ["webhooks", id],
                document: try DocumentFile(file).read())
            return .success
        }
    }

    /// `helenusctl webhook remove ID`
    struct Remove: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Removes a webhook, and what it was still to be told.")

        @Argument(help: "The webhook's id.")
        var id: String

        @OptionGroup var cluster: ClusterOptions

        func perform() async throws -> CommandExit {
            let client = try await cluster.client()
            _ = try await client.call("DELETE", ["webhooks", id])
            return .success
        }
    }

    /// `helenusctl webhook test ID`
    struct Test: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Has a message sent that says nothing, and tells what came of it.")

        /// The receiver has 20 seconds, and the executor looks once a second.
        private static let patience = Duration.seconds(60)
        private static let pause = Duration.milliseconds(250)

        @Argument(help: "The webhook's id.")
        var id: String

        @OptionGroup var cluster: ClusterOptions

        func perform() async throws -> CommandExit {
            let client = try await cluster.client()
            let answer = try await client.call("POST", ["webhooks", id, "test"])
            let message = try client.decode(answer, as: String.self)
            let begun = ContinuousClock.now
            while begun.duration(to: .now) < Self.patience {
                let entry = try await client.call("GET", ["webhooks", id], as: Entry.self)
                let sent = entry.deliveries?.first { $0.id == message }
                if let sent, sent.status != "pending" {
                    let reason = sent.lastError.map { ": \($0)" } ?? ""
                    try cluster.service.tell(answer, as: String.self) {
                        ["message \($0): \(sent.status)\(reason)"]
                    }
                    return sent.status == "delivered" ? .success : .failed
                }
                try await Task.sleep(for: Self.pause)
            }
            tellError("message \(message): no executor has sent it so far\n")
            return .unavailable
        }
    }
}
