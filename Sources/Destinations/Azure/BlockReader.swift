import Crypto

/// Cuts an object's bytes into blocks of one size, and hashes the whole on the way.
struct BlockReader {
    private let body: ObjectBody
    private let blockSize: Int
    private var rest: ArraySlice<UInt8> = []
    private var hash = SHA256()
    private var size: Int64 = 0

    init(_ body: ObjectBody, blockSize: Int) {
        self.body = body
        self.blockSize = blockSize
    }

    /// The next block: shorter than the others only at the end, and then perhaps empty.
    mutating func next() async throws -> [UInt8] {
        var block: [UInt8] = []
        while block.count < blockSize {
            if rest.isEmpty {
                guard let piece = try await body.next() else { break }
                rest = piece[...]
                // Once it is more than a piece, it will most likely be a whole block.
                if !block.isEmpty { block.reserveCapacity(blockSize) }
            }
            let taken = rest.prefix(blockSize - block.count)
            block += taken
            rest = rest.dropFirst(taken.count)
        }
        hash.update(data: block)
        size += Int64(block.count)
        return block
    }

    /// What was read so far.
    var content: ObjectContent {
        ObjectContent(sha256: hexadecimal(hash.finalize()), size: size)
    }
}
