import FoundationEssentials
package import SCGI
import Sealing

/// What a request shows of its caller. The first of these goes: `Authorization`, the header
/// `opscenter-session`, the cookie `TWISTED_SESSION`.
package enum Credentials: Sendable, Hashable {
    case none
    /// A session or an API token, by its SHA-256.
    case token(hash: [UInt8])
    case password(name: String, password: String)

    package init(_ request: Request) {
        if let authorization = request.headers.variable("HTTP_AUTHORIZATION") {
            self = Self.authorization(authorization)
        } else if let session = Self.session(request) {
            self = .token(hash: SecretToken(session).hash)
        } else {
            self = .none
        }
    }

    /// The session id that the request shows, in the header or in the cookie.
    package static func session(_ request: Request) -> String? {
        if let header = request.headers.variable("HTTP_OPSCENTER_SESSION"), !header.isEmpty {
            return header
        }
        let cookies = request.headers.variable("HTTP_COOKIE") ?? ""
        for cookie in cookies.split(separator: ";") {
            let parts = cookie.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0].trimmed == "TWISTED_SESSION" else { continue }
            return String(parts[1].trimmed)
        }
        return nil
    }

    private static func authorization(_ header: String) -> Credentials {
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { return .none }
        switch parts[0].lowercased() {
        case "bearer": return .token(hash: SecretToken(String(parts[1].trimmed)).hash)
        case "basic":
            guard let bytes = Data(base64Encoded: String(parts[1].trimmed)),
                let colon = bytes.firstIndex(of: UInt8(ascii: ":"))
            else { return .none }
            return .password(
                name: String(decoding: bytes[..<colon], as: UTF8.self),
                password: String(decoding: bytes[(colon + 1)...], as: UTF8.self))
        default: return .none
        }
    }
}

extension Substring {
    /// Without spaces around it.
    fileprivate var trimmed: Substring {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }
}
