import BackupModel
import Destinations
import Foundation
import Testing

@Suite struct AzureDestinationTests {
    private let bytes = (0..<10_007).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    private let blocks = AzureSettings(
        blockSize: 1_000, parallelBlocks: 3, retries: RetryPolicy(firstPause: .milliseconds(1)))

    private func count(_ request: String, in container: AzureContainer) async throws -> Int {
        try await container.requests().count { $0 == request }
    }

    private func all(_ listing: ObjectListing) async throws -> Set<ListedEntry> {
        try await listing.reduce(into: []) { $0.insert($1) }
    }

    private func error(_ work: () async throws -> Void) async -> DestinationError? {
        await #expect(throws: DestinationError.self) { try await work() }
    }

    // MARK: Writing

    @Test func `a large object goes up in blocks and is read back`() async throws {
        let container = try await AzureContainer()
        let destination = try container.destination(settings: blocks)
        let content = ObjectContent(of: bytes)
        let first = try await destination.store(
            BytesSource(bytes), as: "a/large", expecting: content)
        #expect(first == .stored)
        #expect(try await count("PUT block 201", in: container) == 11)
        #expect(try await count("PUT blocklist 201", in: container) == 1)
        let read = try await destination.read("a/large").collect(upTo: 20_000, of: "large")
        #expect(read == bytes)
        let again = try await destination.store(
            BytesSource(bytes), as: "a/large", expecting: content)
        #expect(again == .alreadyThere)
    }

    @Test(.timeLimit(.minutes(1)))
    func `blocks go up several at a time, and no more than those and one are in memory`()
        async throws
    {
        let container = try await AzureContainer()
        let meter = BlockMeter(width: 3)
        let destination = try container.destination(
            settings: blocks, transport: meter.transport(container.server.session))
        let outcome = try await destination.store(
            meter.source(bytes), as: "large", expecting: ObjectContent(of: bytes))
        #expect(outcome == .stored)
        #expect(meter.mostInMemory <= 4_000)
    }

    @Test func `a document larger than a block is replaced`() async throws {
        let container = try await AzureContainer()
        let destination = try container.destination(settings: blocks)
        for document in [bytes, Array(bytes.reversed()), [1]] {
            try await destination.replace(BytesSource(document), as: "document")
            #expect(
                try await destination.read("document").collect(upTo: 20_000, of: "document")
                    == document)
        }
    }

    @Test(arguments: [503, 500, 0])
    func `a block that fails in a way that may pass is sent again, and no other`(
        status: Int
    ) async throws {
        let container = try await AzureContainer()
        let destination = try container.destination(settings: blocks)
        try await container.fail(
            .init(method: .put, comp: "block", skip: 3, times: 2, status: status))
        let outcome = try await destination.store(
            BytesSource(bytes), as: "large", expecting: ObjectContent(of: bytes))
        #expect(outcome == .stored)
        #expect(try await count("PUT block 201", in: container) == 11)
        #expect(
            try await destination.read("large").collect(upTo: 20_000, of: "large") == bytes)
    }

    @Test func `a failed upload leaves no object`() async throws {
        let container = try await AzureContainer()
        let destination = try container.destination(settings: blocks)
        try await container.fail(
            .init(
                method: .put, comp: "block", skip: 5, status: 403,
                code: "InsufficientAccountPermissions"))
        let error = await error {
            _ = try await destination.store(
                BytesSource(bytes), as: "large", expecting: ObjectContent(of: bytes))
        }
        #expect(error?.code == .denied)
        #expect(error?.message.contains("InsufficientAccountPermissions") == true)
        #expect(try await destination.size(of: "large") == nil)
        #expect(try await all(destination.list("", depth: .all)) == [])
    }

    @Test func `a cancelled upload leaves no object`() async throws {
        let container = try await AzureContainer()
        let destination = try container.destination(settings: blocks)
        let source = StallingSource(pieces: 5, piece: Array(bytes.prefix(1_000)))
        let upload = Task {
            try await destination.store(
                source, as: "large", expecting: ObjectContent(of: bytes))
        }
        for await _ in source.stalled {}
        upload.cancel()
        await #expect(throws: CancellationError.self) { try await upload.value }
        #expect(try await all(destination.list("", depth: .all)) == [])
    }

    @Test func `a wrong hash that is found after the last block leaves no object`() async throws {
        let container = try await AzureContainer()
        let destination = try container.destination(settings: blocks)
        var other = bytes
        other[9_999] ^= 1
        let error = await error {
            _ = try await destination.store(
                BytesSource(bytes), as: "large", expecting: ObjectContent(of: other))
        }
        #expect(error?.code == .wrongHash)
        #expect(try await count("PUT blocklist 201", in: container) == 0)
        #expect(try await all(destination.list("", depth: .all)) == [])
    }

    @Test func `of many writers in blocks of one name one wins and none fails`() async throws {
        let container = try await AzureContainer()
        let destination = try container.destination(settings: blocks)
        let outcomes = try await withThrowingTaskGroup(of: StoreOutcome.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try await destination.store(
                        BytesSource(bytes), as: "same", expecting: ObjectContent(of: bytes))
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == .stored } == 1)
        #expect(try await destination.read("same").collect(upTo: 20_000, of: "same") == bytes)
    }

    @Test(arguments: [1_000, 1_000_000])
    func `bytes that change on the way are refused by the service`(
        blockSize: Int
    ) async throws {
        let container = try await AzureContainer()
        let destination = try container.destination(
            settings: AzureSettings(blockSize: blockSize),
            transport: CorruptingTransport(inner: container.server.session))
        let error = await error {
            _ = try await destination.store(
                BytesSource(bytes), as: "object", expecting: ObjectContent(of: bytes))
        }
        #expect(error?.code == .wrongHash)
        #expect(error?.message.contains("Md5Mismatch") == true)
        #expect(try await destination.size(of: "object") == nil)
    }

    // MARK: Names and listings

    @Test func `names may have any characters`() async throws {
        let container = try await AzureContainer()
        let destination = try container.destination(subfolder: "sub folder")
        let names = ["a b/ü+%&=?#", "a b/'()*~!$,;:@[]", "日本/<tag>\"&amp;\\"]
        for name in names {
            try await destination.replace(BytesSource([1]), as: name)
            #expect(try await destination.size(of: name) == 1)
        }
        #expect(
            try await all(destination.list("", depth: .all))
                == Set(names.map { .object(name: $0, size: 1) }))
        #expect(
            try await all(destination.list("a b/", depth: .all)).count == 2)
        try await destination.delete(names)
        #expect(try await all(destination.list("", depth: .all)) == [])
        let error = await error {
            try await destination.replace(BytesSource([1]), as: "a./b")
        }
        #expect(error?.code == .invalidName)
    }

    @Test func `a subfolder is a destination of its own`() async throws {
        let container = try await AzureContainer()
        try await container.destination(subfolder: "x/y")
            .replace(BytesSource([1]), as: "o")
        try await container.destination(subfolder: "x/yz")
            .replace(BytesSource([1, 2]), as: "o")
        #expect(
            try await all(container.destination(subfolder: "x/y").list("", depth: .all))
                == [.object(name: "o", size: 1)])
        #expect(
            try await all(container.destination().list("x/", depth: .children))
                == [.folder("x/y"), .folder("x/yz")])
    }

    @Test func `a listing goes on over pages, and at the page that failed`() async throws {
        let container = try await AzureContainer()
        let destination = Retrying(
            try container.destination(settings: AzureSettings(pageSize: 7)), blocks.retries)
        var expected: Set<ListedEntry> = []
        for number in 0..<20 {
            let folder = "f/\(number % 10)"
            try await destination.replace(BytesSource([1]), as: "\(folder)/\(number)")
            expected.insert(.object(name: "\(folder)/\(number)", size: 1))
        }
        try await container.fail(.init(method: .get, comp: "list", skip: 1, status: 503))
        #expect(try await all(destination.list("", depth: .all)) == expected)
        #expect(try await count("GET list 200", in: container) == 3)
        #expect(
            try await all(destination.list("f/", depth: .children))
                == Set((0..<10).map { .folder("f/\($0)") }))
        #expect(try await count("GET list 200", in: container) == 5)
    }

    // MARK: Deleting

    @Test func `many objects are deleted with few requests`() async throws {
        let container = try await AzureContainer()
        let destination = try container.destination(subfolder: "sub")
        let names = (0..<600).map { "d/\($0)" }
        for name in names { try await destination.replace(BytesSource([1]), as: name) }
        try await destination.delete(names + ["never/there"])
        #expect(try await count("POST batch 202", in: container) == 3)
        #expect(try await container.requests().contains { $0.hasPrefix("DELETE") } == false)
        #expect(try await all(destination.list("", depth: .all)) == [])
    }

    @Test func `where there are no batches objects are deleted one by one`() async throws {
        let container = try await AzureContainer()
        let destination = try container.destination()
        let names = (0..<20).map { "d/\($0)" }
        for name in names { try await destination.replace(BytesSource([1]), as: name) }
        try await container.fail(.init(method: .post, comp: "batch", times: 9, status: 405))
        try await destination.delete(Array(names.prefix(10)))
        try await destination.delete(Array(names.suffix(12)))
        #expect(try await count("POST batch 405", in: container) == 1)
        #expect(try await count("DELETE - 202", in: container) == 20)
        #expect(try await all(destination.list("", depth: .all)) == [])
    }

    @Test func `what a batch could not delete is an error, and a retry deletes it`() async throws {
        let container = try await AzureContainer()
        let destination = try container.destination()
        for name in ["a", "b", "c"] { try await destination.replace(BytesSource([1]), as: name) }
        try await container.fail(
            .init(method: .delete, comp: "part", skip: 1, status: 503, code: "ServerBusy"))
        let error = await error { try await destination.delete(["a", "b", "c"]) }
        #expect(error?.object == "b")
        #expect(error?.code == .throttled)
        #expect(try await all(destination.list("", depth: .all)) == [.object(name: "b", size: 1)])
        try await destination.delete(["a", "b", "c"])
        #expect(try await all(destination.list("", depth: .all)) == [])
    }

    // MARK: Refusals

    @Test func `a wrong key is refused with the provider's reason`() async throws {
        let container = try await AzureContainer()
        let wrong = Data(repeating: 1, count: 64).base64EncodedString()
        let destination = try AzureDestination(container.location(key: wrong))
        let refusals = [
            await error { try await destination.replace(BytesSource([1]), as: "o") },
            await error { _ = try await all(destination.list("", depth: .all)) },
            await error { _ = try await destination.read("o") },
            await error { _ = try await destination.size(of: "o") },
            await error { try await destination.delete(["a", "b"]) },
        ]
        for refusal in refusals {
            #expect(refusal?.code == .denied)
            #expect(refusal?.message.contains("AuthenticationFailed") == true)
            #expect(refusal?.message.contains(wrong) == false)
        }
        #expect(refusals[0]?.message.contains("Server failed to authenticate") == true)
    }

    @Test func `a clock that is wrong is told`() async throws {
        let container = try await AzureContainer()
        let destination = try AzureDestination(
            container.location(), now: { Date(timeIntervalSinceNow: -3_605) })
        let error = await error { try await destination.replace(BytesSource([1]), as: "o") }
        #expect(error?.code == .denied)
        #expect(error?.message.contains("Request date header too old") == true)
        // On a busy machine the answer may come a minute later.
        #expect(error?.message.contains(/this node's clock is 6[0-2] minutes behind/) == true)
    }

    @Test func `a container that is not there is an error that says so`() async throws {
        let container = try await AzureContainer()
        let destination = try AzureDestination(container.location(container: "nowhere"))
        for error in [
            await error { try await destination.replace(BytesSource([1]), as: "o") },
            await error { _ = try await all(destination.list("", depth: .all)) },
            await error { _ = try await destination.read("o") },
            await error { _ = try await destination.size(of: "o") },
            await error { try await destination.delete(["a"]) },
            await error { try await destination.delete(["a", "b"]) },
        ] {
            #expect(error?.code == .notThere)
            #expect(error?.message.contains("there is no container nowhere") == true)
        }
    }

    @Test func `a service that cannot be reached may pass`() async throws {
        let location = AzureLocation(
            account: "acct", key: AzureServer.key, container: "box", subfolder: "",
            endpoint: "http://127.0.0.1:1", throttle: 0)
        let destination = try AzureDestination(location)
        let error = await error { _ = try await destination.size(of: "o") }
        #expect(error?.code == .unreachable)
    }

    @Test(arguments: ["", "ab", "Big", "a/b", "a b"])
    func `what is no name of a container is refused`(name: String) {
        let location = AzureLocation(
            account: "acct", key: AzureServer.key, container: name, subfolder: "", endpoint: nil,
            throttle: 0)
        let error = #expect(throws: DestinationError.self) { try AzureDestination(location) }
        #expect(error?.code == .misconfigured)
    }
}
