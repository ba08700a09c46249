package import AgentProtocol
package import Certificates
import FoundationEssentials
import NIOSSL
import Synchronization

/// Who this executor is to agents, and the authority by which it tells who they are.
///
/// Its own certificate lives in memory only and for a day; a new one takes its place in time.
package final class ExecutorIdentity: Sendable {
    private static let lifetime: Double = 86_400

    package let authority: CertificateAuthority
    /// Seconds for which the certificates of agents hold.
    package let agentLifetime: Double
    private let current = Mutex<Current?>(nil)

    private struct Current {
        var configuration: TLSConfiguration
        var certificate: IssuedCertificate
    }

    package init(authority: CertificateAuthority, agentLifetime: Double = 30 * 86_400) {
        self.authority = authority
        self.agentLifetime = agentLifetime
    }

    /// A way to an agent.
    ///
    /// - Throws: `OperationFailure` where its URL is none that may be used.
    package func connection(url: String, to name: AgentName) throws -> AgentConnection {
        let address = try AgentAddress(url: url)
        guard address.isSecure else { return AgentConnection(plain: address) }
        return AgentConnection(to: address, as: name, try configuration())
    }

    private func configuration() throws -> TLSConfiguration {
        try current.withLock { current in
            if let current, !current.certificate.isDue(at: Date()) { return current.configuration }
            let key = try authority.newExecutorKey(lifetime: Self.lifetime)
            let made = Current(
                configuration: try .executor(key, trusting: authority.certificate),
                certificate: key.certificate)
            current = made
            return made.configuration
        }
    }
}
