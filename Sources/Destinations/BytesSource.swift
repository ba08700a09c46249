/// A small document in memory, to be written.
package struct BytesSource: ObjectSource {
    private let bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    package func open() async throws -> ObjectBody {
        let pieces = PieceSequence(bytes.isEmpty ? [] : [bytes])
        return ObjectBody { await pieces.next() }
    }

    private actor PieceSequence {
        private var pieces: [[UInt8]]

        init(_ pieces: [[UInt8]]) { self.pieces = pieces }

        func next() -> [UInt8]? { pieces.isEmpty ? nil : pieces.removeFirst() }
    }
}
