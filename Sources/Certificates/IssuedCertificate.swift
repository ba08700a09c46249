package import FoundationEssentials
import SwiftASN1
import X509

/// A certificate that the authority has signed.
package struct IssuedCertificate: Sendable {
    let certificate: Certificate
    package let pem: String

    init(_ certificate: Certificate) throws {
        self.certificate = certificate
        pem = try certificate.serializeAsPEM().pemString + "\n"
    }

    /// Reads the certificate in PEM text.
    package init(pem: String) throws(CertificateError) {
        do {
            try self.init(Certificate(pemEncoded: pem))
        } catch {
            throw CertificateError(
                code: .malformed, object: "certificate",
                message: "What should be a certificate in PEM form is none: \(error)")
        }
    }

    /// Hex digits, as tools show them.
    package var serial: String {
        certificate.serialNumber.bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    package var expires: Date { certificate.notValidAfter }

    /// When two thirds of its life are over: time for the next one.
    package var renewal: Date {
        let life = expires.timeIntervalSince(certificate.notValidBefore)
        return certificate.notValidBefore + life * 2 / 3
    }

    /// Whether it is time for another one: that of the renewal has come, or it does not hold yet,
    /// as one that was made while the clock was ahead.
    package func isDue(at time: Date) -> Bool { !holds(at: time) || renewal <= time }

    /// Whether it holds at that time.
    package func holds(at time: Date) -> Bool {
        certificate.notValidBefore <= time && time < expires
    }
}
