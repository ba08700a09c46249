package import AgentProtocol
package import BackupModel
import FoundationEssentials
import Sealing

/// What an agent keeps of having joined a cluster: `credentials.json` in its state directory, for
/// its eyes only.
package struct Membership: Codable, Sendable, Hashable {
    /// The agent shows this to the API.
    package var token: String
    /// Executors show this to the agent.
    package var executorSecret: String
    package var hostID: HostID
    /// The fingerprint of the authority that the enrolment token named; `nil` for an agent without
    /// TLS.
    package var authority: String?

    package init(credentials: AgentCredentials, hostID: HostID, authority: String?) {
        token = credentials.token
        executorSecret = credentials.executorSecret
        self.hostID = hostID
        self.authority = authority
    }

    enum CodingKeys: String, CodingKey {
        case token, authority
        case executorSecret = "executor_secret"
        case hostID = "host_id"
    }

    private static func path(in folder: String) -> String { "\(folder)/credentials.json" }

    /// What the state directory holds; `nil` before the agent has joined.
    ///
    /// - Throws: `OperationFailure` for what cannot be read, as one that was made before agents
    ///   had certificates.
    package init?(in folder: String) throws {
        let path = Self.path(in: folder)
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            self = try JSONDecoder().decode(
                Membership.self, from: Data(contentsOf: URL(filePath: path)))
        } catch {
            throw OperationFailure(
                code: .invalid, object: path,
                message: "\(path) is not whole. To join again, remove it and give the agent a new "
                    + "enrolment token.")
        }
    }

    /// Keeps it.
    package func save(in folder: String) throws {
        try PrivateFile.write(Array(JSONEncoder().encode(self)), to: Self.path(in: folder))
    }
}
