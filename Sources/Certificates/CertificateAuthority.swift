import Crypto
package import FoundationEssentials
import Glibc
import Sealing
import SwiftASN1
import X509

/// Says who is an agent and who is an executor. Executors have it, the API never.
///
/// Its folder holds `ca.key`, closed to all but the executor, and `ca.pem`, which everybody may
/// read. An agent's certificate serves for a server only, an executor's for a client only, so
/// neither passes for the other.
package struct CertificateAuthority: Sendable {
    private let key: Certificate.PrivateKey
    package let certificate: AuthorityCertificate

    private static let keyName = "ca.key"
    package static let certificateName = "ca.pem"
    private static let lifetime: Double = 20 * 365 * 86_400

    /// A new authority, which is kept nowhere.
    package init() throws {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        self.key = key
        let now = Date()
        let name = try DistinguishedName {
            CommonName("Helenus \(UUID().uuidString.lowercased().prefix(8))")
        }
        certificate = try AuthorityCertificate(
            Certificate(
                version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey,
                notValidBefore: now - 3_600, notValidAfter: now + Self.lifetime, issuer: name,
                subject: name, signatureAlgorithm: .ecdsaWithSHA256,
                extensions: Certificate.Extensions {
                    Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                    Critical(KeyUsage(keyCertSign: true))
                    SubjectKeyIdentifier(hash: key.publicKey)
                },
                issuerPrivateKey: key))
    }

    /// The authority of a folder.
    package init(folder: String) throws(CertificateError) {
        let path = "\(folder)/\(Self.keyName)"
        certificate = try AuthorityCertificate(file: "\(folder)/\(Self.certificateName)")
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw CertificateError(
                code: .unreadable, object: path,
                message: "\(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw CertificateError(
                code: .tooOpen, object: path, message: "\(path) must be closed to others (0600).")
        }
        let text = try CertificateFile.read(path)
        do {
            key = try Certificate.PrivateKey(pemEncoded: text)
        } catch {
            // The reason could quote the key.
            throw CertificateError(
                code: .malformed, object: path, message: "\(path) holds no key in PEM form.")
        }
        guard key.publicKey == certificate.certificate.publicKey else {
            throw CertificateError(
                code: .malformed, object: path,
                message: "\(path) is not the key of \(Self.certificateName) beside it.")
        }
    }

    /// Writes a new authority into a folder; one that is there is never overwritten. A key without
    /// a certificate, which a process that was killed has left, has signed nothing and is replaced.
    package func write(to folder: String) throws {
        let path = "\(folder)/\(Self.certificateName)"
        guard access(path, F_OK) != 0 else {
            throw CertificateError(
                code: .exists, object: path, message: "There is an authority already: \(path)")
        }
        guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
            throw CertificateError(
                code: .unreadable, object: folder,
                message: "\(folder): \(String(cString: strerror(errno)))")
        }
        let text = try key.serializeAsPEM().pemString + "\n"
        try PrivateFile.write(Array(text.utf8), to: "\(folder)/\(Self.keyName)")
        try PrivateFile.write(Array(certificate.pem.utf8), to: path, mode: 0o644)
    }

    /// A certificate for an agent's key.
    ///
    /// - Parameter lifetime: seconds for which it holds.
    package func certify(
        _ request: CertificateRequest, as name: AgentName, lifetime: Double, now: Date = Date()
    ) throws -> IssuedCertificate {
        try issue(
            request.publicKey, to: name.host, lifetime: lifetime, now: now,
            ExtendedKeyUsage([.serverAuth]),
            SubjectAlternativeNames([
                .dnsName(name.dns), .uniformResourceIdentifier(name.uri),
            ]))
    }

    /// A key with a certificate for an executor.
    ///
    /// - Parameter lifetime: seconds for which it holds.
    package func newExecutorKey(lifetime: Double, now: Date = Date()) throws -> CertifiedKey {
        let key = try NewKey()
        return try key.with(
            issue(
                key.request.publicKey, to: "executor", lifetime: lifetime, now: now,
                ExtendedKeyUsage([.clientAuth]),
                SubjectAlternativeNames([.uniformResourceIdentifier("helenus:executor")])))
    }

    /// It begins a little in the past, for clocks that are behind.
    private func issue(
        _ publicKey: Certificate.PublicKey, to name: String, lifetime: Double, now: Date,
        _ usage: ExtendedKeyUsage, _ names: SubjectAlternativeNames
    ) throws -> IssuedCertificate {
        try IssuedCertificate(
            Certificate(
                version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: publicKey,
                notValidBefore: now - min(3_600, lifetime / 10), notValidAfter: now + lifetime,
                issuer: certificate.certificate.subject,
                subject: DistinguishedName { CommonName(name) },
                signatureAlgorithm: .ecdsaWithSHA256,
                extensions: Certificate.Extensions {
                    Critical(BasicConstraints.notCertificateAuthority)
                    Critical(KeyUsage(digitalSignature: true))
                    usage
                    names
                },
                issuerPrivateKey: key))
    }
}
