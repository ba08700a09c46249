import Glibc
import Testing

/// A port on which connections are taken until it is closed. No program that another test starts
/// meanwhile inherits it, as it would a socket of SwiftNIO's, and keeps it open.
final class ListeningPort {
    let number: UInt16
    private let descriptor: Int32
    private var isOpen = true

    init(host: String) throws {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        descriptor = socket(AF_INET, type, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr(host)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isBound = withUnsafeMutableBytes(of: &address) { bytes in
            let address = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
            return bind(descriptor, address, length) == 0 && listen(descriptor, 16) == 0
                && getsockname(descriptor, address, &length) == 0
        }
        try #require(isBound, "\(host): \(String(cString: strerror(errno)))")
        number = UInt16(bigEndian: address.sin_port)
    }

    deinit {
        if isOpen { close() }
    }

    func close() {
        isOpen = false
        #expect(Glibc.close(descriptor) == 0)
    }
}
