/// The bytes of an object, in pieces, pulled by who reads them: only one piece is in memory.
package struct ObjectBody: AsyncSequence, Sendable {
    package typealias Element = [UInt8]

    private let nextPiece: @Sendable () async throws -> [UInt8]?

    /// - Parameter next: the next piece, never empty; `nil` at the end. It is called by one task.
    package init(next: @escaping @Sendable () async throws -> [UInt8]?) {
        self.nextPiece = next
    }

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let nextPiece: @Sendable () async throws -> [UInt8]?

        package mutating func next() async throws -> [UInt8]? {
            try Task.checkCancellation()
            return try await nextPiece()
        }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(nextPiece: nextPiece) }

    /// The next piece, for those that pull by hand. A body has one position, however it is read.
    package func next() async throws -> [UInt8]? {
        try Task.checkCancellation()
        return try await nextPiece()
    }

    /// All bytes; refused where they are more than `limit`.
    package func collect(upTo limit: Int, of name: String) async throws -> [UInt8] {
        var all: [UInt8] = []
        for try await piece in self {
            guard all.count + piece.count <= limit else {
                throw DestinationError(
                    code: .invalidName, object: name,
                    message: "\(name) is larger than \(limit) bytes")
            }
            all += piece
        }
        return all
    }
}
