import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix
import NIOSSL

/// What an error of the network says to a person.
enum HTTPFailure {
    private static let unreachable = [
        ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN, EADDRNOTAVAIL,
    ]

    /// The error as a destination's, or as it is where it is one already.
    static func error(_ error: any Error, request: HTTPRequest) -> any Error {
        if Task.isCancelled || error is CancellationError { return CancellationError() }
        if error is DestinationError { return error }
        return DestinationError(
            code: .unreachable, object: request.object,
            message: "\(host(of: request.url)) \(reason(error))")
    }

    /// Host and port of an absolute URL.
    static func host(of url: String) -> String {
        let parts = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true)
        return parts.count > 1 ? String(parts[1]) : url
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            let cause = error.connectionErrors.first?.error ?? error.dnsAError
            return "cannot be reached: \(plain(cause ?? error))"
        case let error as IOError where unreachable.contains(error.errnoCode):
            return "cannot be reached: \(plain(error))"
        case let error as HTTPClientError:
            return reason(error)
        case is NIOSSLError, is NIOSSLExtraError:
            return "cannot be trusted or does not speak TLS: \(error)"
        default:
            return "broke off: \(plain(error))"
        }
    }

    private static func reason(_ error: HTTPClientError) -> String {
        switch error {
        case .connectTimeout, .getConnectionFromPoolTimeout:
            "cannot be reached: the connection did not stand in time"
        case .tlsHandshakeTimeout: "did not finish the TLS handshake in time"
        case .remoteConnectionClosed: "closed the connection before the answer was whole"
        default: "broke off: \(error)"
        }
    }

    private static func plain(_ error: any Error) -> String {
        (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
    }
}
