extension ObjectBody {
    /// The content that these bytes hold in zstd.
    ///
    /// - Parameters:
    ///   - name: what the object is called in errors.
    ///   - size: bytes that the content may have; `nil` for any number.
    /// - Returns: a body that throws `ZstdError` where the bytes are no whole zstd, or hold more.
    package func decompressed(name: String, size: Int64?) throws -> ObjectBody {
        let decompression = try Decompression(self, name: name, size: size)
        return ObjectBody { try await decompression.next() }
    }

    private actor Decompression {
        private let body: ObjectBody
        private let decompressor: ZstdDecompressor
        private let name: String
        private let size: Int64?
        private var told: Int64 = 0

        init(_ body: ObjectBody, name: String, size: Int64?) throws {
            self.body = body
            self.name = name
            self.size = size
            decompressor = try ZstdDecompressor(name: name)
        }

        func next() async throws -> [UInt8]? {
            while true {
                if let piece = try decompressor.next() { return try count(piece) }
                guard let bytes = try await body.next() else { break }
                decompressor.take(bytes)
            }
            guard decompressor.isWhole else {
                throw ZstdError(
                    code: .truncated, object: name,
                    message: "\(name) ends before its content does, after \(told) bytes of it")
            }
            return nil
        }

        private func count(_ piece: [UInt8]) throws -> [UInt8] {
            told += Int64(piece.count)
            if let size, told > size {
                throw ZstdError(
                    code: .tooLong, object: name,
                    message: "\(name) holds more than the \(size) bytes of its file")
            }
            return piece
        }
    }
}
