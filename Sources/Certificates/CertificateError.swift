/// Why a certificate, a key or a request for one cannot be used.
package struct CertificateError: Error, Sendable, Hashable, CustomStringConvertible {
    package var code: Code
    /// What it is about: a file, a host.
    package var object: String
    /// A sentence for a person. It never holds a key.
    package var message: String

    /// What kind of failure it is.
    package enum Code: String, Sendable, CaseIterable {
        /// A file cannot be read or written.
        case unreadable
        /// It is not what it should be.
        case malformed
        /// A key's file is open to others.
        case tooOpen = "too_open"
        /// There is an authority already.
        case exists
        /// It was signed by somebody else, or it names somebody else.
        case notTrusted = "not_trusted"
    }

    package init(code: Code, object: String, message: String) {
        self.code = code
        self.object = object
        self.message = message
    }

    package var description: String { message }
}
