import Glibc

/// A call to the system that failed, or a setting that cannot be met.
package struct PreforkError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The stable name of each cause.
    package enum Code: String, Sendable {
        /// The address is not one that can be listened on.
        case badAddress
        /// Another process answers at the address.
        case addressInUse
        /// A system call failed.
        case system
        /// What the master handed to its worker or its successor cannot be read.
        case badHandover
        /// The client sent or took nothing more before the deadline.
        case timedOut
        /// The client has closed its side.
        case closed
    }

    package var code: Code
    /// The path, address or call.
    package var object: String
    /// A sentence for a person.
    package var message: String

    package init(_ code: Code, _ object: String, _ message: String) {
        self.code = code
        self.object = object
        self.message = message
    }

    /// The error that `errno` names, for a call about an object.
    static func system(_ call: String, _ object: String, errno code: Int32 = errno) -> PreforkError
    {
        PreforkError(.system, object, "\(call): \(String(cString: strerror(code))).")
    }

    package var description: String { "\(code.rawValue): \(object): \(message)" }
}
