import Glibc

/// A TCP socket of 127.0.0.1 with blocking calls; whoever has it closes it.
struct LoopbackSocket: Sendable {
    let descriptor: Int32

    struct Failure: Error {
        var call: String
        var code = errno
    }

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// Listens; port 0 is any that is free.
    init(listeningOn port: UInt16) throws {
        try self.init()
        guard Self.with(port, { bind(descriptor, $0, $1) }) == 0, listen(descriptor, 64) == 0 else {
            let failure = Failure(call: "listen")
            close(descriptor)
            throw failure
        }
    }

    init(connectedTo port: UInt16) throws {
        try self.init()
        guard Self.with(port, { connect(descriptor, $0, $1) }) == 0 else {
            let failure = Failure(call: "connect")
            close(descriptor)
            throw failure
        }
    }

    private init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(call: "socket") }
    }

    /// Where it listens.
    var port: UInt16 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &size)
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    /// Up to 64 KiB; nothing at the end or after a failure.
    func receive() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, filled in
            filled = max(0, recv(descriptor, buffer.baseAddress, buffer.count, 0))
        }
    }

    /// Sends all; whether that worked.
    func send(_ bytes: some Collection<UInt8>) -> Bool {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { return false }
            rest = rest.dropFirst(sent)
        }
        return true
    }

    /// Closes so that the peer sees a reset.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        // Wakes whoever waits on the socket; the reset goes out when it is closed.
        shutdown(descriptor, Int32(SHUT_RD))
    }

    private static func with(
        _ port: UInt16, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                call($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
