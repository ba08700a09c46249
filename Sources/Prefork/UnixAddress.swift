import Glibc

/// The address of a unix socket. A path that begins with `@` is a name in the abstract space.
struct UnixAddress {
    private var address = sockaddr_un()
    private let size: socklen_t

    init(path: String) throws(PreforkError) {
        var bytes = Array(path.utf8)
        let abstract = bytes.first == UInt8(ascii: "@")
        if abstract { bytes[0] = 0 }
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard !bytes.isEmpty, bytes.count < room, !bytes.dropFirst().contains(0) else {
            throw PreforkError(
                .badAddress, path, "A socket's path has between 1 and \(room - 1) bytes.")
        }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        size = socklen_t(offset + bytes.count + (abstract ? 0 : 1))
    }

    /// The path that a socket is bound to; `nil` for any other kind of address.
    static func path(of descriptor: Int32) -> String? {
        var address = sockaddr_un()
        var size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafeMutableBytes(of: &address) { raw in
            getsockname(descriptor, raw.assumingMemoryBound(to: sockaddr.self).baseAddress, &size)
        }
        guard result == 0, address.sun_family == sa_family_t(AF_UNIX) else { return nil }
        let bytes = withUnsafeBytes(of: &address.sun_path) { Array($0.prefix { $0 != 0 }) }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// Calls with the address as the socket calls want it.
    func withSockaddr<Result>(
        _ body: (UnsafePointer<sockaddr>?, socklen_t) -> Result
    ) -> Result {
        withUnsafeBytes(of: address) { raw in
            body(raw.assumingMemoryBound(to: sockaddr.self).baseAddress, size)
        }
    }
}
