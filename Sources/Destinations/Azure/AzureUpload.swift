/// The upload of one object.
///
/// A small one goes up in one request, a larger one in blocks, several at a time, of which the last
/// request makes the blob. Either way every byte has been read and hashed before the request that
/// makes the blob is sent: whatever fails before that leaves none. Blocks that no blob was made of
/// are removed by the service after a week.
struct AzureUpload: Sendable {
    private static let contentType = "application/octet-stream"
    /// A service may take its time to put thousands of blocks together.
    private static let commitSilence = Duration.seconds(300)
    /// What lies between here and the service may take in many pieces before the service does.
    private static let blockSilence = Duration.seconds(60)

    let client: AzureClient
    let settings: AzureSettings
    /// The blob's full name.
    let blob: String
    /// The object's name, for messages.
    let name: String
    /// What the source must hold; `nil`: anything.
    let expected: ObjectContent?
    /// Whether a blob of the name is left as it is.
    let once: Bool

    func send(_ source: any ObjectSource) async throws -> StoreOutcome {
        let plan = AzureBlockPlan(size: expected?.size, blockSize: settings.blockSize)
        var reader = BlockReader(try await source.open(), blockSize: plan.blockSize)
        let first = try await reader.next()
        guard first.count == plan.blockSize else {
            try check(reader.content)
            return try await put(first)
        }
        let count = try await sendBlocks(first, from: &reader, plan)
        try check(reader.content)
        return try await commit(plan, count: count)
    }

    private func check(_ found: ObjectContent) throws {
        if let expected, found != expected { throw expected.differs(from: found, name: name) }
    }

    /// Writes the blob in one request.
    private func put(_ bytes: [UInt8]) async throws -> StoreOutcome {
        var request = AzureRequest(.put, blob: blob, about: name, silence: Self.blockSilence)
        request.fields["Content-Type"] = Self.contentType
        request.fields["x-ms-blob-type"] = "BlockBlob"
        request.attach(bytes)
        if let outcome = try await create(request) { return outcome }
        return try await afterLostBlocks()
    }

    /// Sends all blocks.
    ///
    /// - Returns: how many.
    private func sendBlocks(
        _ first: [UInt8], from reader: inout BlockReader, _ plan: AzureBlockPlan
    ) async throws -> Int {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var block = first
            var count = 0
            while !block.isEmpty {
                guard count < AzureBlockPlan.mostBlocks else { throw tooLarge }
                if count >= settings.parallelBlocks { try await group.next() }
                group.addTask { [block, count] in try await send(block, as: plan.id(count)) }
                count += 1
                block = try await reader.next()
            }
            try await group.waitForAll()
            return count
        }
    }

    private func send(_ block: [UInt8], as id: String) async throws {
        var request = AzureRequest(
            .put, blob: blob, query: ["comp": "block", "blockid": id], about: name,
            silence: Self.blockSilence)
        request.attach(block)
        try await settings.retries.perform { [request] in _ = try await client.send(request) }
    }

    /// Makes the blob of its blocks.
    private func commit(_ plan: AzureBlockPlan, count: Int) async throws -> StoreOutcome {
        var request = AzureRequest(
            .put, blob: blob, query: ["comp": "blocklist"], about: name,
            silence: Self.commitSilence)
        request.fields["Content-Type"] = "application/xml"
        request.fields["x-ms-blob-content-type"] = Self.contentType
        request.attach(plan.blockList(count: count))
        let outcome = try await settings.retries.perform { [request] in
            try await create(request)
        }
        if let outcome { return outcome }
        return try await afterLostBlocks()
    }

    /// Sends the request that makes the blob.
    ///
    /// - Returns: `nil` where the service does not have the blocks.
    private func create(_ request: AzureRequest) async throws -> StoreOutcome? {
        var request = request
        if once { request.fields["If-None-Match"] = "*" }
        switch try await client.attempt(request) {
        case .success: return .stored
        case .failure(let failure) where once && failure.isBlobThere: return .alreadyThere
        case .failure(let failure) where failure.code == "InvalidBlockList": return nil
        case .failure(let failure): throw client.error(failure, about: name)
        }
    }

    /// Whoever makes a blob has the service forget the blocks of all others.
    private func afterLostBlocks() async throws -> StoreOutcome {
        let reading = AzureReading(client: client, blob: blob, name: name)
        if once, try await reading.size() != nil { return .alreadyThere }
        throw DestinationError(
            code: .unreachable, object: name,
            message: "\(client.place) has lost the blocks of \(name) that were sent, "
                + "perhaps to another writer of it")
    }

    private var tooLarge: DestinationError {
        DestinationError(
            code: .unsupported, object: name,
            message: "\(name) is larger than \(AzureBlockPlan.mostBlocks) blocks")
    }
}
