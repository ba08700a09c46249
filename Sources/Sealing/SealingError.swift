import Glibc

/// Why something could not be sealed or unsealed. It never holds what is sealed.
package enum SealingError: Error, Sendable, Hashable, CustomStringConvertible {
    case keyFileUnreadable(path: String, reason: String)
    case keyFileMalformed(path: String)
    case keyFileTooOpen(path: String)
    /// Sealed under a key that the key file does not hold (any more).
    case unknownKey(id: String)
    /// Changed, cut off, or sealed for another place.
    case notAuthentic(context: String)

    package var description: String {
        switch self {
        case .keyFileUnreadable(let path, let reason):
            "The sealing key file \(path) cannot be read: \(reason)"
        case .keyFileMalformed(let path):
            "The sealing key file \(path) must hold lines of '<key id> <32 bytes in base64>'."
        case .keyFileTooOpen(let path):
            "The sealing key file \(path) must be closed to others (mode 0600 or 0640)."
        case .unknownKey(let id):
            "The sealing key \(id) is not in the key file."
        case .notAuthentic(let context):
            "What is sealed for \(context) was changed or sealed for another place."
        }
    }

    /// With the reason that `errno` holds.
    static func unreadable(_ path: String) -> SealingError {
        .keyFileUnreadable(path: path, reason: String(cString: strerror(errno)))
    }
}
