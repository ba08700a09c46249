import AgentProtocol
package import Certificates
package import FoundationEssentials
package import NIOSSL
import Synchronization

/// The certificate that the agent's server shows, which may be another one for each connection.
package final class ServedCertificate: Sendable {
    private let authority: AuthorityCertificate
    private let current: Mutex<(context: NIOSSLContext, certificate: IssuedCertificate)>

    package init(_ key: CertifiedKey, trusting authority: AuthorityCertificate) throws {
        self.authority = authority
        current = try Mutex((Self.context(key, authority), key.certificate))
    }

    /// For the next connection.
    package var context: NIOSSLContext { current.withLock { $0.context } }

    package var expires: Date { current.withLock { $0.certificate.expires } }
    /// When it is time for the next one.
    package var renewal: Date { current.withLock { $0.certificate.renewal } }

    /// See `IssuedCertificate.isDue`.
    package func isDue(at time: Date) -> Bool {
        current.withLock { $0.certificate.isDue(at: time) }
    }

    /// Shows another one from now on; connections that stand go on as they are.
    package func replace(with key: CertifiedKey) throws {
        let context = try Self.context(key, authority)
        current.withLock { $0 = (context, key.certificate) }
    }

    private static func context(
        _ key: CertifiedKey, _ authority: AuthorityCertificate
    ) throws -> NIOSSLContext {
        try NIOSSLContext(configuration: .agent(key, trusting: authority))
    }
}
