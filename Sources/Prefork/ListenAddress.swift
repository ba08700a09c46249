/// Where a service listens.
package enum ListenAddress: Sendable, Equatable, CustomStringConvertible {
    /// A unix socket: its path (up to 107 bytes) and its permissions.
    case unix(path: String, mode: UInt32 = 0o660)
    /// An IPv4 address in figures and a port; port 0 takes any that is free.
    case tcp(host: String, port: UInt16)

    package var description: String {
        switch self {
        case .unix(let path, _): path
        case .tcp(let host, let port): "\(host):\(port)"
        }
    }
}
