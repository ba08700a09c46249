import AgentProtocol
import Destinations
import FoundationEssentials
import Yams

/// The agent's configuration file, YAML.
package struct AgentConfiguration: Codable, Sendable {
    /// The id of the cluster that the node belongs to.
    package var cluster: String
    /// Base URL of the API.
    package var api: String
    /// A file with the one-time enrolment token; needed until the agent has joined.
    package var enrolmentTokenFile: String?
    /// Where the agent keeps what it must remember.
    package var stateDirectory: String
    /// Where restores are staged; `<state_directory>/staging` if missing.
    package var stagingDirectory: String?
    /// Days after which what a restore has staged and nobody has asked for again is removed; 7 if
    /// missing.
    package var stagingDays: Int?
    /// `host:port` to listen on.
    package var listen: String
    /// Whether executors and the agent show each other certificates; yes if missing. No is for
    /// loopback addresses only.
    package var tls: Bool?
    package var pidFile: String?
    /// `info` if missing.
    package var logLevel: String?
    /// Folders under which `local` destinations may lie.
    package var roots: [String]
    /// Bytes that a snapshot must leave free; 1 GiB if missing.
    package var freeSpaceFloorBytes: Int64?
    /// Bytes up to which a file goes to an S3 store in one request, and from which on in parts; 64 MiB
    /// if missing.
    package var largestWholeObjectBytes: Int64?
    /// What the agent and its tools leave to others on the node; as it was started if missing.
    package var priority: ProcessPriority?
    /// The folder whose scripts backups may name; none may be named if missing.
    package var scriptDirectory: String?
    /// Seconds after which a script is stopped; 600 if missing.
    package var scriptTimeLimitSeconds: Int?
    /// Where commitlog segments lie that are kept on the node; `<state_directory>/archive` if
    /// missing.
    package var commitLogArchive: String?
    /// The program that Cassandra calls for each segment; the one beside the agent if missing.
    package var archiveProgram: String?
    package var cassandra: Cassandra

    /// The node's Cassandra and its tools. Every command is a list: program and first arguments.
    package struct Cassandra: Codable, Sendable {
        /// The node's address, as the other nodes see it.
        package var address: String
        package var dataDirectories: [String]
        package var nodetool: [String]
        package var sstableloader: [String]
        package var cqlsh: [String]
        package var cql: CQL
        /// Path of `cassandra.yaml`.
        package var yaml: String?
        /// Path of `commitlog_archiving.properties`; beside `cassandra.yaml` if missing.
        package var archivingProperties: String?
        /// How nodetool reaches the node, where that is not without credentials and TLS.
        package var jmx: JMX?
        /// Commands that start, stop and restart Cassandra on this node.
        package var start: [String]?
        package var stop: [String]?
        package var restart: [String]?
        /// Variables that the three tools get besides the agent's own. TLS options of Java go here:
        /// `JDK_JAVA_OPTIONS: "@/etc/helenus/java.options"` names a file with
        /// `-Djavax.net.ssl.trustStore=…` and its like, readable by the agent alone.
        package var environment: [String: String]?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case address, nodetool, sstableloader, cqlsh, cql, yaml, jmx, start, stop, restart
            case environment
            case dataDirectories = "data_directories"
            case archivingProperties = "archiving_properties"
        }
    }

    /// Where cqlsh connects to, and as whom.
    package struct CQL: Codable, Sendable {
        package var host: String
        package var port: Int
        package var user: String?
        /// Its first line is the password.
        package var passwordFile: String?
        /// Missing: without TLS.
        package var tls: TLS?
        /// A cqlshrc of the operator's own, instead of user, password file and TLS.
        package var cqlshrc: String?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case host, port, user, tls, cqlshrc
            case passwordFile = "password_file"
        }
    }

    /// Whom cqlsh trusts and how it proves itself, as PEM files.
    package struct TLS: Codable, Sendable, Hashable {
        package var caFile: String
        package var certificateFile: String?
        package var keyFile: String?

        package init(caFile: String, certificateFile: String? = nil, keyFile: String? = nil) {
            self.caFile = caFile
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }

        enum CodingKeys: String, CodingKey, CaseIterable {
            case caFile = "ca_file"
            case certificateFile = "certificate_file"
            case keyFile = "key_file"
        }
    }

    /// Options of nodetool.
    package struct JMX: Codable, Sendable {
        package var user: String?
        /// A JMX password file (`user password` lines), readable by the agent alone.
        package var passwordFile: String?
        /// Whether nodetool is called with `--ssl`; its stores are named in `environment`.
        package var ssl: Bool?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case user, ssl
            case passwordFile = "password_file"
        }
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case cluster, api, listen, tls, roots, priority, cassandra
        case enrolmentTokenFile = "enrolment_token_file"
        case stateDirectory = "state_directory"
        case stagingDirectory = "staging_directory"
        case stagingDays = "staging_days"
        case pidFile = "pid_file"
        case logLevel = "log_level"
        case freeSpaceFloorBytes = "free_space_floor_bytes"
        case largestWholeObjectBytes = "largest_whole_object_bytes"
        case scriptDirectory = "script_directory"
        case scriptTimeLimitSeconds = "script_time_limit_seconds"
        case commitLogArchive = "commitlog_archive"
        case archiveProgram = "archive_program"
    }

    /// Reads and checks the file.
    ///
    /// - Throws: `OperationFailure` that names the key.
    package init(file: String) throws {
        do {
            let text = try String(
                decoding: Data(contentsOf: URL(filePath: file)), as: UTF8.self)
            self = try YAMLDecoder().decode(AgentConfiguration.self, from: text)
        } catch let error as DecodingError {
            throw Self.invalid(file, Self.explain(error))
        } catch {
            throw Self.invalid(file, "\(error)")
        }
        guard listenPort != nil, !listenHost.isEmpty else {
            throw Self.invalid(
                file, "listen: '\(listen)' must be an address and a port, such as 10.0.0.1:8461")
        }
        guard isSecure || AgentAddress.isLoopback(listenHost) else {
            throw Self.invalid(
                file, "tls: may be off on a loopback address only, and listen is '\(listen)'")
        }
        for (key, command) in [
            ("nodetool", cassandra.nodetool), ("sstableloader", cassandra.sstableloader),
            ("cqlsh", cassandra.cqlsh), ("data_directories", cassandra.dataDirectories),
        ] where command.isEmpty {
            throw Self.invalid(file, "cassandra.\(key): the list is empty")
        }
        for (key, command) in [
            ("start", cassandra.start), ("stop", cassandra.stop), ("restart", cassandra.restart),
        ] where command?.isEmpty == true {
            throw Self.invalid(file, "cassandra.\(key): the list is empty")
        }
        guard (cassandra.jmx?.user == nil) == (cassandra.jmx?.passwordFile == nil) else {
            throw Self.invalid(file, "cassandra.jmx: user and password_file go together")
        }
        guard (cassandra.cql.user == nil) == (cassandra.cql.passwordFile == nil) else {
            throw Self.invalid(file, "cassandra.cql: user and password_file go together")
        }
        guard largestWholeObject >= S3Settings.smallestPart else {
            throw Self.invalid(
                file,
                "largest_whole_object_bytes: \(largestWholeObject) is less than a part's least size, "
                    + "\(S3Settings.smallestPart)")
        }
        guard (stagingDays ?? 2) >= 2 else {
            throw Self.invalid(file, "staging_days: must be 2 or more; a load alone may take a day")
        }
        if let problem = priority?.problem { throw Self.invalid(file, "priority.\(problem)") }
    }

    package var listenHost: String { listen.split(separator: ":").first.map(String.init) ?? "" }
    package var listenPort: Int? { listen.split(separator: ":").last.flatMap { Int($0) } }
    package var isSecure: Bool { tls ?? true }
    /// Where executors reach the agent: at Cassandra's address where it listens on all.
    package var url: String {
        let host = listenHost == "0.0.0.0" ? cassandra.address : listenHost
        return "\(isSecure ? "https" : "http")://\(host):\(listenPort ?? 0)"
    }
    package var staging: String { stagingDirectory ?? "\(stateDirectory)/staging" }
    /// Seconds.
    package var stagingLifetime: Int64 { Int64(stagingDays ?? 7) * 86_400 }
    package var scriptTimeLimit: Duration { .seconds(scriptTimeLimitSeconds ?? 600) }
    package var freeSpaceFloor: Int64 { freeSpaceFloorBytes ?? 1 << 30 }
    package var largestWholeObject: Int64 {
        largestWholeObjectBytes ?? S3Settings().largestWhole
    }

    private static func invalid(_ file: String, _ reason: String) -> OperationFailure {
        OperationFailure(code: .invalid, object: file, message: "\(file): \(reason)")
    }

    private static func explain(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, let context):
            "\(path(context.codingPath + [key])): is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context),
            .dataCorrupted(let context):
            "\(path(context.codingPath)): \(context.debugDescription)"
        @unknown default:
            "\(error)"
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.map(\.stringValue).joined(separator: ".")
    }
}
