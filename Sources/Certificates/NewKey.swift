import Crypto
import X509

/// A fresh P-256 key, which leaves this process only with its certificate.
package struct NewKey: Sendable {
    private let key: Certificate.PrivateKey
    package let request: CertificateRequest

    package init() throws {
        key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        request = try CertificateRequest(key: key)
    }

    /// The key with the certificate that was asked for.
    package func with(_ certificate: IssuedCertificate) throws -> CertifiedKey {
        try CertifiedKey(key, certificate)
    }
}
