import Glibc

/// Why a file could not be written.
package struct PrivateFileError: Error, Sendable, Hashable, CustomStringConvertible {
    package let path: String
    package let reason: String

    /// With the reason that `errno` holds.
    init(path: String) {
        self.path = path
        reason = String(cString: strerror(errno))
    }

    package var description: String { "\(path): \(reason)" }
}
