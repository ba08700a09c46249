import ArgumentParser

/// The operator's command.
@main
struct HelenusCtl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "helenusctl",
        abstract: "Operates the Helenus backup service.",
        subcommands: [
            Status.self, Cluster.self, Agent.self, Destination.self, Backup.self, Restore.self,
            Schedule.self, Webhook.self, PointInTime.self, Request.self, CatalogCommand.self,
            Audit.self, Call.self, User.self, Token.self, Key.self, Secrets.self, Authority.self,
            Migrate.self,
            Config.self,
        ])
}
