import CLinux
import Glibc

/// A listening socket. It is handed from process to process and closed only when the last one
/// ends.
package struct Listener: Sendable {
    /// Connections the kernel keeps while every worker is busy (bounded by `net.core.somaxconn`).
    package static let backlog: Int32 = 1_024

    /// The socket, close-on-exec and non-blocking.
    package let descriptor: Int32
    /// The path to remove at the end; `nil` for TCP and for a socket that somebody else opened.
    package let ownedPath: String?

    /// Takes a socket that is open already (socket activation, or the binary before this one).
    ///
    /// - Parameter ownsName: the socket's file is to be removed at the end.
    package init(adopting descriptor: Int32, ownsName: Bool) throws(PreforkError) {
        var listening: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0,
            listening != 0
        else {
            throw PreforkError(.badHandover, "descriptor \(descriptor)", "It does not listen.")
        }
        self.descriptor = descriptor
        ownedPath = ownsName ? UnixAddress.path(of: descriptor) : nil
        try Descriptor.setNonBlocking(descriptor)
        Descriptor.setCloseOnExec(descriptor, true)
    }

    /// Opens the socket. A socket file that nobody listens on any more is replaced.
    ///
    /// - Throws: `addressInUse` when another process answers there.
    package init(opening address: ListenAddress) throws(PreforkError) {
        switch address {
        case .unix(let path, let mode):
            descriptor = try Self.openUnix(path: path, mode: mode)
            ownedPath = path
        case .tcp(let host, let port):
            descriptor = try Self.openTCP(host: host, port: port)
            ownedPath = nil
        }
    }

    /// The port, for TCP.
    package var port: UInt16? {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutableBytes(of: &address) { raw in
            getsockname(descriptor, raw.assumingMemoryBound(to: sockaddr.self).baseAddress, &size)
        }
        guard result == 0, address.sin_family == sa_family_t(AF_INET) else { return nil }
        return UInt16(bigEndian: address.sin_port)
    }

    /// Removes the socket's name, if it is ours: nobody new can connect; those who have are kept.
    package func removeName() {
        if let ownedPath { unlink(ownedPath) }
    }

    private static func openUnix(path: String, mode: UInt32) throws(PreforkError) -> Int32 {
        let address = try UnixAddress(path: path)
        try removeStaleSocket(path: path, address: address)
        let descriptor = try newSocket(AF_UNIX, path)
        // The mode is right from the first moment: nobody connects between bind and chmod.
        let previous = umask(0o777 & ~mode)
        let bound = address.withSockaddr { bind(descriptor, $0, $1) }
        let code = errno
        umask(previous)
        guard bound == 0 else {
            close(descriptor)
            throw .system("bind", path, errno: code)
        }
        try startListening(descriptor, path)
        return descriptor
    }

    private static func removeStaleSocket(
        path: String, address: UnixAddress
    ) throws(PreforkError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw PreforkError(.badAddress, path, "There is a file that is not a socket.")
        }
        let probe = try newSocket(AF_UNIX, path)
        defer { close(probe) }
        let connected = address.withSockaddr { connect(probe, $0, $1) }
        // EAGAIN: somebody listens, and the backlog is full.
        if connected == 0 || errno == EAGAIN {
            throw PreforkError(.addressInUse, path, "Another process answers there.")
        }
        guard errno == ECONNREFUSED else { throw .system("connect", path) }
        guard unlink(path) == 0 || errno == ENOENT else { throw .system("unlink", path) }
    }

    private static func openTCP(host: String, port: UInt16) throws(PreforkError) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else {
            throw PreforkError(.badAddress, host, "It is not an IPv4 address.")
        }
        let name = "\(host):\(port)"
        let descriptor = try newSocket(AF_INET, name)
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        let bound = withUnsafeBytes(of: &address) { raw in
            bind(
                descriptor, raw.assumingMemoryBound(to: sockaddr.self).baseAddress,
                socklen_t(raw.count))
        }
        guard bound == 0 else {
            let code = errno
            close(descriptor)
            if code == EADDRINUSE {
                throw PreforkError(.addressInUse, name, "Another process listens there.")
            }
            throw .system("bind", name, errno: code)
        }
        try startListening(descriptor, name)
        return descriptor
    }

    private static func newSocket(_ family: Int32, _ name: String) throws(PreforkError) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(family, kind, 0)
        guard descriptor >= 0 else { throw .system("socket", name) }
        return descriptor
    }

    private static func startListening(
        _ descriptor: Int32, _ name: String
    ) throws(PreforkError) {
        guard listen(descriptor, backlog) == 0 else {
            let code = errno
            close(descriptor)
            throw .system("listen", name, errno: code)
        }
    }
}
