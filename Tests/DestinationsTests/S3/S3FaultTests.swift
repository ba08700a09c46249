import BackupModel
import Destinations
import Foundation
import Testing

/// What goes wrong between driver and server ends in success by itself, or in an error that names
/// the cause.
@Suite struct S3FaultTests {
    private static let partSize: Int64 = 5 << 20
    private static let patient = RetryPolicy(attempts: 5, firstPause: .milliseconds(10))

    /// A destination behind a proxy.
    private struct Bench {
        let proxy: FaultProxy
        let bucket: String
        let raw: S3Destination
        var destination: Retrying<S3Destination> { Retrying(raw, S3FaultTests.patient) }

        init(
            _ faults: [Fault], silence: Duration = .seconds(20),
            retries: RetryPolicy = S3FaultTests.patient
        ) async throws {
            let server = try await SwiftServer.shared.value
            bucket = try await server.makeBucket()
            proxy = try FaultProxy(before: server.port, faults)
            raw = try S3Destination(
                server.location(bucket: bucket, port: proxy.port), environment: [:],
                transport: HTTPSession(HTTPSettings(silence: silence)),
                settings: S3Settings(
                    largestWhole: S3FaultTests.partSize, partSize: S3FaultTests.partSize,
                    parallelParts: 3, retries: retries))
        }
    }

    /// The same bucket without a proxy, or through another.
    private func destination(
        _ bucket: String, through proxy: FaultProxy? = nil
    ) async throws -> S3Destination {
        let server = try await SwiftServer.shared.value
        return try S3Destination(
            server.location(bucket: bucket, port: proxy?.port), environment: [:])
    }

    @Test func `a connection that is reset in the middle of a part costs that part only`()
        async throws
    {
        let bench = try await Bench([.reset(afterUp: 1_000_000), .reset(afterUp: 3_000_000)])
        let source = PatternSource(size: 4 * Self.partSize)
        // Not retried from outside: the parts are tried again by themselves.
        #expect(
            try await bench.raw.store(source, as: "x", expecting: source.content) == .stored)
        #expect(bench.proxy.remaining == 0)
        #expect(try await ObjectContent(of: Download(bench.destination, "x")) == source.content)
    }

    @Test func `a small object whose connection is reset goes up again`() async throws {
        let bench = try await Bench([.reset(afterUp: 100_000), .reset(afterUp: 1)])
        let source = PatternSource(size: 2_000_000)
        #expect(
            try await bench.destination.store(source, as: "x", expecting: source.content)
                == .stored)
        #expect(bench.proxy.remaining == 0)
        #expect(try await ObjectContent(of: Download(bench.destination, "x")) == source.content)
    }

    @Test func `a store that asks to slow down is waited for`() async throws {
        let bench = try await Bench([.slowDown, .internalError, .slowDown])
        try await bench.destination.replace(BytesSource([1]), as: "d")
        #expect(bench.proxy.remaining == 0)
        #expect(try await bench.destination.size(of: "d") == 1)
    }

    @Test func `a store that asks to slow down for ever is named`() async throws {
        let bench = try await Bench(Array(repeating: .slowDown, count: 9))
        let error = await #expect(throws: DestinationError.self) {
            try await bench.destination.replace(BytesSource([1]), as: "d")
        }
        #expect(error?.code == .throttled)
        #expect(error?.message.contains("SlowDown: Reduce your request rate.") == true)
        #expect(bench.proxy.connections == 5)
    }

    @Test func `an accident at a page of a listing repeats that page`() async throws {
        let bench = try await Bench([.internalError, .slowDown])
        try await destination(bench.bucket).replace(BytesSource([1]), as: "d")
        var found: [ListedEntry] = []
        for try await entry in bench.destination.list("", depth: .all) { found.append(entry) }
        #expect(found == [.object(name: "d", size: 1)])
        #expect(bench.proxy.remaining == 0)
    }

    @Test func `a silent server is given up, and asked again`() async throws {
        let bench = try await Bench(
            [.silence(afterUp: 50_000), .silence(afterUp: 0)], silence: .seconds(2))
        let source = PatternSource(size: 1_000_000)
        _ = try await bench.destination.store(source, as: "x", expecting: source.content)
        #expect(bench.proxy.remaining == 0)
        #expect(try await ObjectContent(of: Download(bench.destination, "x")) == source.content)
    }

    @Test func `a server that is silent for ever is named`() async throws {
        let bench = try await Bench(
            Array(repeating: .silence(afterUp: 0), count: 9), silence: .milliseconds(100))
        let error = await #expect(throws: DestinationError.self) {
            _ = try await bench.destination.read("x")
        }
        #expect(error?.code == .unreachable)
        #expect(error?.message.contains("has been silent for 0.1 seconds") == true)
    }

    @Test func `a read that breaks off goes on where it stopped`() async throws {
        let bench = try await Bench([.resetDown(afterDown: 1_000_000), .resetDown(afterDown: 1)])
        let source = PatternSource(size: 3_000_000)
        _ = try await destination(bench.bucket)
            .store(source, as: "x", expecting: source.content)
        #expect(try await ObjectContent(of: Download(bench.destination, "x")) == source.content)
        #expect(bench.proxy.remaining == 0)
    }

    @Test func `wrong bytes are seen by who knows the hash`() async throws {
        let bench = try await Bench([.damage(atDown: 200_000)])
        let source = PatternSource(size: 300_000)
        _ = try await destination(bench.bucket)
            .store(source, as: "x", expecting: source.content)
        let body = try await bench.raw.read("x").verified(against: source.content, name: "x")
        let error = await #expect(throws: DestinationError.self) {
            for try await _ in body {}
        }
        #expect(error?.code == .wrongHash)
        #expect(error?.object == "x")
    }

    @Test func `parts that fail for good leave nothing, and the cause is named`() async throws {
        let bench = try await Bench(
            Array(repeating: .reset(afterUp: 2_000_000), count: 12),
            retries: RetryPolicy(attempts: 2, firstPause: .milliseconds(10)))
        let source = PatternSource(size: 3 * Self.partSize)
        let error = await #expect(throws: DestinationError.self) {
            try await bench.raw.store(source, as: "x", expecting: source.content)
        }
        #expect(error?.code == .unreachable)
        #expect(error?.message.contains("127.0.0.1:\(bench.proxy.port)") == true)
        let direct = try await destination(bench.bucket)
        #expect(try await direct.size(of: "x") == nil)
        #expect(try await direct.removeLeftovers("", olderThan: -3_600) == 0)
    }

    @Test func `a part that fails for good is not tried again by the wrapper`() async throws {
        let bench = try await Bench(Array(repeating: .reset(afterUp: 2_000_000), count: 40))
        // Only the first of its parts is large enough to be reset.
        let source = PatternSource(size: Self.partSize + 1)
        let error = await #expect(throws: DestinationError.self) {
            try await bench.destination.store(source, as: "x", expecting: source.content)
        }
        #expect(error?.code == .unreachable)
        #expect(error?.message.contains("(after 5 attempts)") == true)
        // One for each attempt, and what is open besides.
        #expect((5...10).contains(bench.proxy.connections))
    }

    @Test func `a server that is not there is named`() async throws {
        let port = try FreePorts.first(of: 1)
        let server = try await SwiftServer.shared.value
        let destination = try S3Destination(
            server.location(bucket: "b", port: port), environment: [:])
        let error = await #expect(throws: DestinationError.self) {
            _ = try await destination.size(of: "x")
        }
        #expect(error?.code == .unreachable)
        #expect(error?.message.contains("127.0.0.1:\(port) cannot be reached") == true)
        #expect(error?.message.contains("Connection refused") == true)
    }
}
