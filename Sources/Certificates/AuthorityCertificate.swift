import Crypto
package import FoundationEssentials
import SwiftASN1
import X509

/// What everybody may know of the authority: with it one tells whom it has certified.
package struct AuthorityCertificate: Sendable {
    let certificate: Certificate
    package let pem: String
    /// SHA-256 of its DER form, 64 hex digits: whoever got it from a trusted hand knows the
    /// certificate, wherever that comes from.
    package let fingerprint: String

    init(_ certificate: Certificate) throws {
        let document = try certificate.serializeAsPEM()
        self.certificate = certificate
        pem = document.pemString + "\n"
        fingerprint = SHA256.hash(data: document.derBytes).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// Reads the certificate in PEM text; `object` is what it is called in errors.
    package init(pem: String, object: String = "certificate") throws(CertificateError) {
        do {
            try self.init(Certificate(pemEncoded: pem))
        } catch {
            throw CertificateError(
                code: .malformed, object: object,
                message: "\(object) holds no certificate in PEM form: \(error)")
        }
    }

    /// Reads the certificate in a file, such as `ca.pem`.
    package init(file path: String) throws(CertificateError) {
        try self.init(pem: CertificateFile.read(path), object: path)
    }

    /// When it ends, and with it all that it has certified.
    package var expires: Date { certificate.notValidAfter }

    /// Whether it has signed the certificate.
    func hasIssued(_ issued: Certificate) -> Bool {
        issued.issuer == certificate.subject
            && certificate.publicKey.isValidSignature(issued.signature, for: issued)
    }
}
