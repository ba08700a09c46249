import Crypto

extension ObjectBody {
    /// The same bytes, the last piece of which comes only when all of them are what they must be.
    ///
    /// So a request that sends them never becomes whole with wrong content.
    ///
    /// - Returns: a body that throws `DestinationError` with code `wrongHash` at its end.
    package func verified(against content: ObjectContent, name: String) -> ObjectBody {
        let check = Verification(self, content, name: name)
        return ObjectBody { try await check.next() }
    }

    private actor Verification {
        private let body: ObjectBody
        private let content: ObjectContent
        private let name: String
        private var hash = SHA256()
        private var size: Int64 = 0
        private var held: [UInt8]?
        private var ended = false

        init(_ body: ObjectBody, _ content: ObjectContent, name: String) {
            self.body = body
            self.content = content
            self.name = name
        }

        func next() async throws -> [UInt8]? {
            if ended { return nil }
            while let piece = try await body.next() {
                hash.update(data: piece)
                size += Int64(piece.count)
                // Cut here, so that a source that grows does not overrun the request's length.
                guard size <= content.size else { break }
                defer { held = piece }
                if let held { return held }
            }
            ended = true
            let found = ObjectContent(sha256: hexadecimal(hash.finalize()), size: size)
            guard found == content else { throw content.differs(from: found, name: name) }
            return held
        }
    }
}
