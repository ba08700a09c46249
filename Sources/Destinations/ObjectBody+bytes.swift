import Synchronization

extension ObjectBody {
    /// No bytes.
    package static var empty: ObjectBody { ObjectBody { nil } }

    /// Bytes in memory, as one piece.
    package init(_ bytes: [UInt8]) {
        let rest = Rest(bytes)
        self.init { rest.take() }
    }

    private final class Rest: Sendable {
        private let bytes: Mutex<[UInt8]>

        init(_ bytes: [UInt8]) { self.bytes = Mutex(bytes) }

        func take() -> [UInt8]? {
            bytes.withLock { bytes in
                defer { bytes = [] }
                return bytes.isEmpty ? nil : bytes
            }
        }
    }
}
