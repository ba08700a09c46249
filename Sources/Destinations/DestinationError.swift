/// Why a destination did not do what it was asked to do.
package struct DestinationError: Error, Sendable, Hashable, CustomStringConvertible {
    package var code: Code
    /// The object or folder it is about, relative to the destination's root or as a full path.
    package var object: String
    /// A sentence for a person, with the provider's own reason. It never holds a secret.
    package var message: String
    /// How long the provider asks to be left alone, where it says so.
    package var retryAfter: Duration?
    /// Whether somebody has tried it again, and given up. Then nobody else does, so that attempts
    /// within attempts do not multiply.
    package private(set) var isExhausted = false

    /// What kind of failure it is.
    package enum Code: String, Sendable, CaseIterable {
        /// There is no such object.
        case notThere
        /// The provider does not permit it.
        case denied
        /// The destination is full, or a quota is used up.
        case noSpace
        /// The content differs from its hash or its size.
        case wrongHash
        /// The destination cannot be reached, or failed in a way that may pass.
        case unreachable
        /// The provider asks for fewer requests; that may pass.
        case throttled
        /// The destination's settings cannot work, whatever is asked of it.
        case misconfigured
        /// The destination lies in the node's own data, or the other way round.
        case nested
        /// The destination lies outside the folders that the agent may use.
        case outsideRoots
        /// The name cannot be the name of an object.
        case invalidName
        /// The provider is not known to this agent.
        case unsupported
    }

    package init(code: Code, object: String, message: String, retryAfter: Duration? = nil) {
        self.code = code
        self.object = object
        self.message = message
        self.retryAfter = retryAfter
    }

    /// Whether doing the same again may help.
    package var mayPass: Bool { code == .unreachable || code == .throttled }

    /// The same after the last of several attempts.
    package func exhausted(after attempts: Int) -> DestinationError {
        var error = self
        error.isExhausted = true
        error.message += " (after \(attempts) attempts)"
        return error
    }

    package var description: String { message }
}
