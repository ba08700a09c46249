import Crypto
import SwiftASN1
import X509

/// A request for a certificate: a public key, signed with its private key. Who it is for, the
/// authority decides; the request does not say.
package struct CertificateRequest: Sendable {
    /// PEM.
    package let pem: String
    let publicKey: Certificate.PublicKey

    /// A request for a key of one's own.
    init(key: Certificate.PrivateKey) throws {
        let request = try CertificateSigningRequest(
            version: .v1, subject: DistinguishedName { CommonName("helenus") }, privateKey: key,
            attributes: CertificateSigningRequest.Attributes([]),
            signatureAlgorithm: .ecdsaWithSHA256)
        pem = try request.serializeAsPEM().pemString + "\n"
        publicKey = request.publicKey
    }

    /// Reads somebody's request.
    ///
    /// - Throws: `CertificateError` where they do not have the key, or it is no P-256 key.
    package init(pem: String) throws(CertificateError) {
        let request: CertificateSigningRequest
        do {
            request = try CertificateSigningRequest(pemEncoded: pem)
        } catch {
            throw Self.refused("is not in PEM form: \(error)")
        }
        guard P256.Signing.PublicKey(request.publicKey) != nil else {
            throw Self.refused("is for another kind of key than P-256")
        }
        guard request.publicKey.isValidSignature(request.signature, for: request) else {
            throw Self.refused("is not signed with its own key")
        }
        self.pem = pem
        publicKey = request.publicKey
    }

    private static func refused(_ reason: String) -> CertificateError {
        CertificateError(
            code: .malformed, object: "certificate_request",
            message: "certificate_request: it \(reason).")
    }
}
