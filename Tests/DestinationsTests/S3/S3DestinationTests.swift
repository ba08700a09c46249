import BackupModel
import Destinations
import Foundation
import Testing

/// Against the real server.
@Suite struct S3DestinationTests {
    /// The smallest part that S3 permits.
    private static let partSize: Int64 = 5 << 20
    private static let settings = S3Settings(
        largestWhole: partSize, partSize: partSize, parallelParts: 3,
        retries: RetryPolicy(attempts: 4, firstPause: .milliseconds(10)))

    /// A destination in a bucket of its own, and what it asks of the server.
    private func destination(
        secretKey: String? = nil
    ) async throws -> (S3Destination, RecordingTransport) {
        let server = try await SwiftServer.shared.value
        let bucket = try await server.makeBucket()
        let transport = RecordingTransport(try HTTPSession(HTTPSettings()))
        let destination = try S3Destination(
            server.location(bucket: bucket, prefix: "prefix", secretKey: secretKey),
            environment: [:], transport: transport, settings: Self.settings)
        return (destination, transport)
    }

    private func names(_ destination: some Destination) async throws -> [String] {
        var names: [String] = []
        for try await case .object(let name, _) in destination.list("", depth: .all) {
            names.append(name)
        }
        return names.sorted()
    }

    @Test func `a large object goes up in parts and comes back`() async throws {
        let (destination, transport) = try await destination()
        let source = PatternSource(size: 3 * Self.partSize + 12_345)
        let content = source.content
        #expect(
            try await destination.store(source, as: "s/large", expecting: content) == .stored)
        #expect(transport.requests.filter { $0.contains("partNumber=") }.count == 4)
        #expect(try await destination.size(of: "s/large") == content.size)
        var found: Int64 = 0
        for try await piece in try await destination.read("s/large") {
            #expect(piece == PatternSource.bytes(found..<found + Int64(piece.count)))
            found += Int64(piece.count)
        }
        #expect(found == content.size)
        let middle = Self.partSize - 5..<Self.partSize + 5
        #expect(
            try await destination.read("s/large", range: middle).collect(upTo: 99, of: "l")
                == PatternSource.bytes(middle))
        #expect(
            try await destination.store(source, as: "s/large", expecting: content)
                == .alreadyThere)
        #expect(try await destination.removeLeftovers("", olderThan: -3_600) == 0)
    }

    @Test func `a document of any size is replaced`() async throws {
        let (destination, _) = try await destination()
        try await destination.replace(PatternSource(size: Self.partSize + 1), as: "d")
        #expect(try await destination.size(of: "d") == Self.partSize + 1)
        try await destination.replace(PatternSource(size: Self.partSize + 2), as: "d")
        #expect(try await destination.size(of: "d") == Self.partSize + 2)
        try await destination.replace(BytesSource([1]), as: "d")
        #expect(try await destination.size(of: "d") == 1)
    }

    @Test func `a large object that is not what was announced leaves nothing`() async throws {
        let (destination, transport) = try await destination()
        let source = PatternSource(size: 2 * Self.partSize)
        var content = source.content
        content.sha256 = ObjectContent(of: [1]).sha256
        let error = await #expect(throws: DestinationError.self) {
            try await destination.store(source, as: "wrong", expecting: content)
        }
        #expect(error?.code == .wrongHash)
        #expect(try await names(destination) == [])
        #expect(try await destination.removeLeftovers("", olderThan: -3_600) == 0)
        #expect(transport.requests.contains { $0.hasPrefix("DELETE ") })
    }

    @Test func `a source that fails in the middle leaves nothing and says why`() async throws {
        let (destination, _) = try await destination()
        var source = PatternSource(size: 3 * Self.partSize)
        let content = source.content
        source.failure = (
            2 * Self.partSize + 77,
            DestinationError(code: .notThere, object: "file", message: "the disk is gone")
        )
        let error = await #expect(throws: DestinationError.self) {
            try await destination.store(source, as: "x", expecting: content)
        }
        #expect(error?.message == "the disk is gone")
        #expect(try await names(destination) == [])
        #expect(try await destination.removeLeftovers("", olderThan: -3_600) == 0)
    }

    @Test func `a cancelled upload leaves nothing`() async throws {
        let (destination, _) = try await destination()
        let source = PatternSource(size: 4 * Self.partSize)
        let content = source.content
        let upload = Task {
            try await withThrowingTaskGroup(of: Void.self) { group in
                let (started, begun) = AsyncStream.makeStream(of: Void.self)
                let watched = Counting(
                    destination, written: { _ in begun.yield() }, read: { _ in })
                group.addTask {
                    _ = try await watched.store(source, as: "x", expecting: content)
                }
                for await _ in started { break }
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        await #expect(throws: CancellationError.self) { try await upload.value }
        #expect(try await names(destination) == [])
        #expect(try await destination.removeLeftovers("", olderThan: -3_600) == 0)
    }

    @Test func `leftovers of a dead process are found, and those at work are left`()
        async throws
    {
        let server = try await SwiftServer.shared.value
        let bucket = try await server.makeBucket()
        let destination = try S3Destination(
            server.location(bucket: bucket, prefix: "prefix"), environment: [:])
        try await beginUpload("/\(bucket)/prefix/s/x")
        #expect(try await destination.removeLeftovers("", olderThan: 3_600) == 0)
        #expect(try await destination.removeLeftovers("other/", olderThan: -3_600) == 0)
        #expect(try await destination.removeLeftovers("s/", olderThan: -3_600) == 1)
        #expect(try await destination.removeLeftovers("s/", olderThan: -3_600) == 0)
    }

    @Test func `the only writer calls off whatever it is not at itself`() async throws {
        let server = try await SwiftServer.shared.value
        let bucket = try await server.makeBucket()
        let transport = RecordingTransport(try HTTPSession(HTTPSettings()))
        let uploads = S3UploadsAtWork()
        let source = PatternSource(size: Self.partSize + 1)
        func destination(_ uploads: S3UploadsAtWork?) throws -> S3Destination {
            try S3Destination(
                server.location(bucket: bucket, prefix: "prefix"), environment: [:],
                transport: transport, settings: Self.settings, soleUploads: uploads)
        }
        var calledOff: Int { transport.requests.filter { $0.hasPrefix("DELETE ") }.count }
        try await beginUpload("/\(bucket)/prefix/s/x")
        // Who may not be alone waits a day.
        _ = try await destination(nil).store(source, as: "s/a", expecting: source.content)
        #expect(calledOff == 0)
        // Two at once, and neither takes the other for a leftover.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for name in ["s/b", "s/c"] {
                let destination = try destination(uploads)
                group.addTask {
                    let outcome = try await destination.store(
                        source, as: name, expecting: source.content)
                    #expect(outcome == .stored)
                }
            }
            try await group.waitForAll()
        }
        // Both may have found the one that is nobody's.
        #expect((1...2).contains(calledOff))
        #expect(try await destination(nil).removeLeftovers("", olderThan: -3_600) == 0)
    }

    /// 10,000 in a full run: the server needs more than a minute for these.
    @Test func `a thousand objects are deleted with each call`() async throws {
        let (destination, transport) = try await destination()
        let isFull = ProcessInfo.processInfo.environment["HELENUS_FULL"]?.isEmpty == false
        let count = isFull ? 10_000 : 1_100
        let names = (0..<count).map { "s/\($0)" }
        let stored = isFull ? names : names.filter { $0.hasSuffix("7") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, name) in (stored + ["kept"]).enumerated() {
                if index >= 8 { try await group.next() }
                group.addTask {
                    _ = try await destination.store(
                        BytesSource([1]), as: name, expecting: ObjectContent(of: [1]))
                }
            }
            try await group.waitForAll()
        }
        let before = transport.requests.count
        try await destination.delete(names)
        #expect(transport.requests.count - before == (count + 999) / 1_000)
        #expect(try await self.names(destination) == ["kept"])
    }

    @Test func `one upload of an object is one call`() async throws {
        let (destination, transport) = try await destination()
        for _ in 0..<2 {
            _ = try await destination.store(
                BytesSource([1]), as: "a", expecting: ObjectContent(of: [1]))
        }
        #expect(transport.requests.map { $0.prefix(4) } == ["PUT ", "PUT "])
    }

    @Test func `a wrong secret is denied, with the server's reason`() async throws {
        let (destination, _) = try await destination(secretKey: "not-the-secret")
        let calls: [@Sendable () async throws -> Void] = [
            { try await destination.replace(BytesSource([1]), as: "a") },
            { _ = try await destination.read("a") },
            { _ = try await destination.size(of: "a") },
            { for try await _ in destination.list("", depth: .all) {} },
            { try await destination.delete(["a"]) },
        ]
        for (index, call) in calls.enumerated() {
            let error = await #expect(throws: DestinationError.self) { try await call() }
            #expect(error?.code == .denied)
            #expect(error?.message.contains("not-the-secret") == false)
            // The answer to HEAD has no reason in it.
            if index != 2 { #expect(error?.message.contains("SignatureDoesNotMatch") == true) }
        }
    }

    @Test func `a bucket that is not there is named so`() async throws {
        let server = try await SwiftServer.shared.value
        let destination = try S3Destination(
            server.location(bucket: "no-such-bucket"), environment: [:])
        let error = await #expect(throws: DestinationError.self) {
            try await destination.replace(BytesSource([1]), as: "a")
        }
        #expect(error?.code == .notThere)
        #expect(error?.message.contains("NoSuchBucket") == true)
    }

    @Test func `the server refuses content that is not what was signed`() async throws {
        let server = try await SwiftServer.shared.value
        let bucket = try await server.makeBucket()
        let host = "127.0.0.1:\(server.port)"
        let fields = SignatureV4(
            credentials: AWSCredentials(
                accessKey: SwiftServer.accessKey, secretKey: server.secretKey),
            region: "us-east-1", at: Date()
        ).signed(
            "PUT", path: "/\(bucket)/a", query: [], fields: ["Host": host],
            hash: ObjectContent(of: [1]).sha256)
        let response = try await HTTPSession(HTTPSettings()).send(
            HTTPRequest(
                .put, "http://\(host)/\(bucket)/a", fields: fields, body: .bytes([2]), about: "a"))
        let answer = try await response.body.collect(upTo: 9_999, of: "a")
        #expect(response.status == 400)
        #expect(String(decoding: answer, as: UTF8.self).contains("ContentSHA256Mismatch"))
    }

    /// Begins an upload in parts that nobody goes on with.
    private func beginUpload(_ path: String) async throws {
        let server = try await SwiftServer.shared.value
        let host = "127.0.0.1:\(server.port)"
        let fields = SignatureV4(
            credentials: AWSCredentials(
                accessKey: SwiftServer.accessKey, secretKey: server.secretKey),
            region: "us-east-1", at: Date()
        ).signed(
            "POST", path: path, query: [("uploads", "")], fields: ["Host": host],
            hash: SignatureV4.emptyHash)
        let response = try await HTTPSession(HTTPSettings()).send(
            HTTPRequest(.post, "http://\(host)\(path)?uploads=", fields: fields, about: "x"))
        try #require(response.isSuccess)
        _ = try await response.body.collect(upTo: 9_999, of: "x")
    }
}
