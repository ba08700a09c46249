import ArgumentParser
import Catalog
import Certificates
import FoundationEssentials
import Postgres
import Sealing

/// `helenusctl agent list|enroll|revoke`
struct Agent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lets agents join, lists them, and shuts them out.",
        subcommands: [List.self, Enroll.self, Revoke.self])

    /// `helenusctl agent enroll --cluster ID`
    struct Enroll: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints a token with which one agent may join a cluster, once.")

        @Option(help: "The cluster's id.")
        var cluster: String

        @Option(help: "The authority's certificate, by which the agent is to know it.")
        var ca = "/etc/helenus/ca/ca.pem"

        @Option(help: "Connection string of the schema's owner.")
        var database: String

        @Option(help: "Hours for which the token holds.")
        var hours: Int = 24

        func run() throws {
            let token = EnrolmentToken(
                secret: .random(), authority: try AuthorityCertificate(file: ca).fingerprint)
            let connection = try Connection(conninfo: database)
            try connection.transaction(permitting: .only(cluster)) { connection in
                try EnrolmentTokens(connection).add(
                    clusterID: cluster, hash: token.secret.hash, hours: hours)
            }
            print(token.text)
        }
    }

    /// `helenusctl agent revoke --cluster ID --host HOST`
    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ends an agent's token and certificate; a new token lets it join again.")

        @Option(help: "The cluster's id.")
        var cluster: String

        @Option(help: "The node's host id, as GET /{cluster}/agents shows it.")
        var host: String

        @Option(help: "Connection string of the schema's owner.")
        var database: String

        func run() throws {
            let connection = try Connection(conninfo: database)
            let wasThere = try connection.transaction(permitting: .only(cluster)) { connection in
                try EnrolmentTokens(connection).revokeAgent(
                    clusterID: cluster, hostID: host.lowercased())
            }
            guard wasThere else {
                throw ValidationError("cluster \(cluster) has no agent of host \(host)")
            }
        }
    }
}
