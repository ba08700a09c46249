package import Certificates
package import NIOSSL

extension TLSConfiguration {
    /// How an executor reaches agents: it believes servers that the authority has certified, and
    /// proves itself with its own key.
    package static func executor(
        _ key: CertifiedKey, trusting authority: AuthorityCertificate
    ) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv13
        configuration.certificateVerification = .fullVerification
        configuration.trustRoots = try .certificates([certificate(authority.pem)])
        configuration.certificateChain = [.certificate(try certificate(key.certificate.pem))]
        configuration.privateKey = .privateKey(try privateKey(key))
        return configuration
    }

    /// How an agent is reached: only by clients that the authority has certified. Those are
    /// executors: a certificate of an agent does not serve for a client.
    package static func agent(
        _ key: CertifiedKey, trusting authority: AuthorityCertificate
    ) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(try certificate(key.certificate.pem))],
            privateKey: .privateKey(try privateKey(key)))
        configuration.minimumTLSVersion = .tlsv13
        // Executors are known by their certificates, not by their addresses.
        configuration.certificateVerification = .noHostnameVerification
        configuration.trustRoots = try .certificates([certificate(authority.pem)])
        configuration.applicationProtocols = ["http/1.1"]
        return configuration
    }

    private static func certificate(_ pem: String) throws -> NIOSSLCertificate {
        try NIOSSLCertificate(bytes: Array(pem.utf8), format: .pem)
    }

    private static func privateKey(_ key: CertifiedKey) throws -> NIOSSLPrivateKey {
        try NIOSSLPrivateKey(bytes: Array(key.keyPEM.utf8), format: .pem)
    }
}
