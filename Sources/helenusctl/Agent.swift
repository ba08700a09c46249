import ArgumentParser
import Catalog
import Postgres
import Sealing

/// `helenusctl agent list|enroll`
struct Agent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lets agents join, and lists them.", subcommands: [List.self, Enroll.self])

    /// `helenusctl agent enroll --cluster ID`
    struct Enroll: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints a token with which one agent may join a cluster, once.")

        @Option(help: "The cluster's id.")
        var cluster: String

        @Option(help: "Connection string of the schema's owner.")
        var database: String

        @Option(help: "Hours for which the token holds.")
        var hours: Int = 24

        func run() throws {
            let token = SecretToken.random()
            let connection = try Connection(conninfo: database)
            try connection.transaction(permitting: .only(cluster)) { connection in
                try EnrolmentTokens(connection).add(
                    clusterID: cluster, hash: token.hash, hours: hours)
            }
            print(token.text)
        }
    }
}
