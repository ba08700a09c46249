import Glibc
import Testing

/// Ports of loopback that nobody listens on.
enum FreePorts {
    /// The first of so many in a row.
    static func first(of count: UInt16) throws -> UInt16 {
        for _ in 0..<100 {
            let port = UInt16.random(in: 20_000...32_000)
            if (port..<port + count).allSatisfy(isFree) { return port }
        }
        throw Errno.noneFree
    }

    private enum Errno: Error { case noneFree }

    private static func isFree(_ port: UInt16) -> Bool {
        guard let listener = try? LoopbackSocket(listeningOn: port) else { return false }
        close(listener.descriptor)
        return true
    }
}
