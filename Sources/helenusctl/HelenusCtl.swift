import ArgumentParser

/// The operator's command.
@main
struct HelenusCtl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "helenusctl",
        abstract: "Operates the Helenus backup service.",
        subcommands: [
            Migrate.self, Key.self, Secrets.self, Authority.self, Agent.self, User.self, Token.self,
        ])
}
