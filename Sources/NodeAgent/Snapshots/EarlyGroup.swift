/// Small files that wait to be made durable together: one flush for all of them.
struct EarlyGroup: Sendable {
    /// Bytes from which a file is made durable alone, while others are read.
    private static let smallSize: Int64 = 1 << 20
    /// Each file that waits is open.
    private static let mostFiles = 128
    private static let mostBytes: Int64 = 16 << 20

    private var waiting: [EarlyObject] = []
    private var bytes: Int64 = 0

    /// Takes a file, and answers those whose turn has come, for which one flush is to be made.
    mutating func add(_ object: EarlyObject) -> [EarlyObject] {
        let size = object.file.hashes.size
        guard size < Self.smallSize else { return [object] }
        waiting.append(object)
        bytes += size
        return waiting.count >= Self.mostFiles || bytes >= Self.mostBytes ? takeAll() : []
    }

    /// Answers all that wait.
    mutating func takeAll() -> [EarlyObject] {
        defer { self = EarlyGroup() }
        return waiting
    }
}
