import FoundationEssentials
package import SCGI

/// An error that knows its HTTP answer.
package struct APIError: Error, Sendable, Hashable {
    package var status: Int
    /// One of the types of the contract, such as `NoSuchCluster`.
    package var type: String
    /// A sentence for a person.
    package var message: String
    /// Seconds after which to try again; answered as `Retry-After`.
    package var retryAfter: Int?
    /// Methods that the route has; answered as `Allow`.
    package var allow: [String]
    /// How a client may identify itself; answered as `WWW-Authenticate`.
    package var challenge: String?

    package init(
        status: Int, type: String, message: String, retryAfter: Int? = nil, allow: [String] = [],
        challenge: String? = nil
    ) {
        self.status = status
        self.type = type
        self.message = message
        self.retryAfter = retryAfter
        self.allow = allow
        self.challenge = challenge
    }

    package static func invalid(_ message: String) -> APIError {
        APIError(status: 400, type: "InvalidArguments", message: message)
    }

    package static func noSuch(_ thing: String, _ message: String) -> APIError {
        APIError(status: 404, type: "NoSuch\(thing)", message: message)
    }

    package static func noSuchCluster(_ name: String) -> APIError {
        noSuch("Cluster", "There are no clusters with name or ID '\(name)'")
    }

    package static func conflict(_ message: String) -> APIError {
        APIError(status: 409, type: "Conflict", message: message)
    }

    /// For clients that send a name and a password only when they are asked to, such as LWP.
    package static func notAuthenticated(_ message: String) -> APIError {
        APIError(
            status: 401, type: "NotAuthenticated", message: message,
            challenge: #"Basic realm="Helenus", charset="UTF-8""#)
    }

    package static func notAuthorized(_ message: String) -> APIError {
        APIError(status: 403, type: "NotAuthorized", message: message)
    }

    package static let unavailable = APIError(
        status: 503, type: "ServiceUnavailable", message: "The database does not answer.",
        retryAfter: 2)

    /// A cluster's calls hold as many of the waiting workers as they may.
    package static let shareOfWaiting = APIError(
        status: 429, type: "TooManyRequests",
        message: "Too many calls about this cluster wait for agents already.", retryAfter: 5)

    /// The answer.
    package var response: Response {
        struct Body: Encodable {
            var brief = "error"
            var type: String
            var message: String
        }
        var headers: [(name: String, value: String)] = []
        if let retryAfter { headers.append(("Retry-After", String(retryAfter))) }
        if !allow.isEmpty { headers.append(("Allow", allow.joined(separator: ", "))) }
        if let challenge { headers.append(("WWW-Authenticate", challenge)) }
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let body = try encoder.encode(Body(type: type, message: message))
            return .json(status: status, Array(body), headers: headers)
        } catch {
            return .json(
                status: 500,
                Array(#"{"brief":"error","type":"InternalError","message":"unprintable"}"#.utf8))
        }
    }
}
