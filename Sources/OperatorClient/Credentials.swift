import FoundationEssentials

/// How a call shows who makes it.
package enum Credentials: Sendable, Hashable {
    /// As a service that asks nobody, on loopback, takes it.
    case none
    case basic(user: String, password: String)
    case token(String)

    /// The value of the header `Authorization`; `nil` for none.
    var header: String? {
        switch self {
        case .none: nil
        case .basic(let user, let password):
            "Basic \(Data("\(user):\(password)".utf8).base64EncodedString())"
        case .token(let text): "Bearer \(text)"
        }
    }
}
