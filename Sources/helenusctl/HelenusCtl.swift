import ArgumentParser

/// The operator's command.
@main
struct HelenusCtl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "helenusctl",
        abstract: "Operates the Helenus backup service.",
        subcommands: [Migrate.self, Key.self, Agent.self, User.self, Token.self])
}
