import SwiftASN1
import X509

/// A private key and the certificate for it: with it one proves who one is.
package struct CertifiedKey: Sendable {
    private let key: Certificate.PrivateKey
    /// The private key, PEM.
    package let keyPEM: String
    package let certificate: IssuedCertificate

    init(_ key: Certificate.PrivateKey, _ certificate: IssuedCertificate) throws {
        self.key = key
        self.certificate = certificate
        keyPEM = try key.serializeAsPEM().pemString + "\n"
    }

    /// Reads a file that `pem` was written to.
    package init(file path: String) throws(CertificateError) {
        let text = try CertificateFile.read(path)
        do {
            let documents = try PEMDocument.parseMultiple(pemString: text)
            guard documents.count == 2 else { throw ASN1Error.invalidPEMDocument(reason: "") }
            try self.init(
                Certificate.PrivateKey(pemDocument: documents[0]),
                IssuedCertificate(Certificate(pemDocument: documents[1])))
        } catch {
            // The reason could quote the key.
            throw CertificateError(
                code: .malformed, object: path,
                message: "\(path) does not hold a private key and its certificate in PEM form.")
        }
    }

    /// The key and the certificate: what a file of it holds, closed to others.
    package var pem: String { keyPEM + certificate.pem }

    /// Checks that it is the authority's word for this very agent and key.
    ///
    /// - Throws: `CertificateError` of code `notTrusted`.
    package func check(
        issuedBy authority: AuthorityCertificate, cluster: String, host: String
    ) throws(CertificateError) {
        let uri = AgentName.uri(cluster: cluster, host: host)
        let names = try? certificate.certificate.extensions.subjectAlternativeNames
        let problem: String? =
            if !authority.hasIssued(certificate.certificate) {
                "was not issued by the authority that the enrolment token names"
            } else if certificate.certificate.publicKey != key.publicKey {
                "is for another key"
            } else if names?.contains(.uniformResourceIdentifier(uri)) != true {
                "is not for \(uri)"
            } else {
                nil
            }
        guard let problem else { return }
        throw CertificateError(
            code: .notTrusted, object: uri, message: "The certificate \(problem).")
    }
}
