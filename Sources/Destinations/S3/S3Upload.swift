/// The upload of one object in parts.
struct S3Upload: Sendable {
    /// A store may take its time to put thousands of parts together.
    private static let completionSilence = Duration.seconds(300)

    private let destination: S3Destination
    private let name: String
    private let content: ObjectContent
    let id: String

    private var client: S3Client { destination.client }
    private var retries: RetryPolicy { destination.settings.retries }

    /// A part that the store has.
    struct Part: Sendable, Hashable {
        /// From 1.
        var number: Int
        /// The store's own mark of it.
        var tag: String
        /// SHA-256 in hex.
        var sha256: String
    }

    /// Tells the store that parts will come.
    static func begin(
        _ destination: S3Destination, name: String, content: ObjectContent
    ) async throws -> S3Upload {
        var request = S3Request(
            method: .post, key: destination.key(name), query: [("uploads", "")],
            fields: destination.objectFields, object: name)
        request.fields["x-amz-checksum-algorithm"] = "SHA256"
        let id =
            if let uploads = destination.soleUploads {
                try await uploads.begin(destination.key(name)) {
                    try await newID(request, destination)
                }
            } else {
                try await newID(request, destination)
            }
        return S3Upload(destination: destination, name: name, content: content, id: id)
    }

    /// Has the store begin an upload; its id.
    private static func newID(
        _ request: S3Request, _ destination: S3Destination
    ) async throws -> String {
        let answer = try await destination.settings.retries.perform {
            try await destination.client.document(request)
        }
        guard let id = answer["UploadId"]?.text, !id.isEmpty else {
            throw DestinationError(
                code: .unreachable, object: request.object,
                message: "\(destination.label) began the upload of \(request.object) without an id")
        }
        return id
    }

    private init(destination: S3Destination, name: String, content: ObjectContent, id: String) {
        self.destination = destination
        self.name = name
        self.content = content
        self.id = id
    }

    /// Sends all parts, several at a time.
    ///
    /// Each part is read twice: once, in order, for its hash, which its signature needs, and for
    /// that of the whole; then, most likely from the page cache, to be sent. So no part is ever
    /// held in memory.
    ///
    /// - Throws: `DestinationError` with code `wrongHash` where the whole is not what was announced.
    func send(_ source: any ObjectSource) async throws -> [Part] {
        let ranges = PartPlan(size: content.size, partSize: destination.settings.partSize).ranges
        let hashes = PartHashes(try await source.original.open(), of: name)
        return try await withThrowingTaskGroup(of: Part.self) { group in
            var parts: [Part] = []
            for (index, range) in ranges.enumerated() {
                let sha256 = try await hashes.next(Int64(range.count))
                if index >= destination.settings.parallelParts, let part = try await group.next() {
                    parts.append(part)
                }
                group.addTask {
                    try await send(source, range, number: index + 1, sha256: sha256)
                }
            }
            try await hashes.finish(expecting: content)
            for try await part in group { parts.append(part) }
            return parts.sorted { $0.number < $1.number }
        }
    }

    private func send(
        _ source: any ObjectSource, _ range: Range<Int64>, number: Int, sha256: String
    ) async throws -> Part {
        var request = self.request(.put, [("partNumber", "\(number)")])
        request.hash = sha256
        request.fields["x-amz-checksum-sha256"] = base64(hexadecimal: sha256)
        request.body = .stream(size: Int64(range.count)) { try await source.open(range: range) }
        let response = try await retries.perform { [request] in try await client.send(request) }
        guard let tag = response.fields["ETag"] else {
            throw DestinationError(
                code: .unreachable, object: name,
                message: "\(destination.label) took part \(number) of \(name) without a mark")
        }
        return Part(number: number, tag: tag, sha256: sha256)
    }

    /// Makes the object of its parts.
    func complete(_ parts: [Part], once: Bool) async throws -> StoreOutcome {
        let conditional = once && destination.state.storesConditionally
        let request = completion(of: parts, conditional: conditional)
        var attempts = 0
        return try await retries.perform {
            attempts += 1
            switch try await client.attemptDocument(request) {
            case .done: return .stored
            case .failed(let failure, _) where conditional && failure.isPreconditionFailed:
                return .alreadyThere
            case .failed(let failure, _) where conditional && failure.lacksConditions:
                destination.state.lacksConditions()
                return try await complete(parts, once: false)
            case .failed(let failure, let host):
                // An earlier attempt may have ended the upload and its answer was lost.
                if failure.code == "NoSuchUpload", attempts > 1,
                    try await destination.size(of: name) == content.size
                {
                    return .stored
                }
                throw failure.error(about: name, host: host)
            }
        }
    }

    private func completion(of parts: [Part], conditional: Bool) -> S3Request {
        let document = Array(S3Document.completion(parts).utf8)
        var request = self.request(.post)
        request.body = .bytes(document)
        request.hash = ObjectContent(of: document).sha256
        request.silence = Self.completionSilence
        request.fields["Content-Type"] = "application/xml"
        if conditional { request.fields["If-None-Match"] = "*" }
        return request
    }

    /// Has the store forget the parts.
    func abort() async throws {
        let request = request(.delete)
        do {
            _ = try await retries.perform { try await client.send(request) }
        } catch let error as DestinationError where error.code == .notThere {
            // Forgotten already.
        }
    }

    /// Has the store forget the parts, even where this task is cancelled.
    ///
    /// - Returns: the error, with what went wrong here added to it.
    func calledOff(after error: any Error) async -> any Error {
        let aborting = Task { try await abort() }
        guard case .failure(let failure) = await aborting.result,
            var explained = error as? DestinationError
        else { return error }
        explained.message += "; and its parts could not be removed: \(failure)"
        return explained
    }

    private func request(
        _ method: HTTPRequest.Method, _ query: [(String, String)] = []
    ) -> S3Request {
        S3Request(
            method: method, key: destination.key(name), query: query + [("uploadId", id)],
            object: name)
    }
}
