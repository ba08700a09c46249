import ArgumentParser

/// `helenusctl backup list|run|sync|verify|delete|activity`
struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes backups, and tells of those that there are.",
        subcommands: [
            List.self, Run.self, Sync.self, Verify.self, Delete.self, Activity.self,
        ])
}
