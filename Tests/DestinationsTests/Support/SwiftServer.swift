import BackupModel
import Destinations
import Foundation
import Glibc
import Testing

/// OpenStack Swift with its S3 API: one real server for all tests of this process, which ends when
/// the process ends, however it ends: it watches a pipe whose other end this process holds.
struct SwiftServer: Sendable {
    static let accessKey = "test:tester"

    /// Started when a test first asks for it.
    static let shared = Task { try start() }

    let port: UInt16
    let secretKey: String

    /// Where a test's objects go, through `port` if it is another's.
    func location(
        bucket: String, prefix: String = "", port: UInt16? = nil, secretKey: String? = nil
    ) -> S3Location {
        S3Location(
            bucket: bucket, prefix: prefix, region: "", accessKey: Self.accessKey,
            accessSecret: secretKey ?? self.secretKey,
            endpoint: "http://127.0.0.1:\(port ?? self.port)", pathStyle: true, caFile: nil,
            serverSideEncryption: false, accelerated: false, throttle: 0)
    }

    /// A new, empty bucket.
    func makeBucket() async throws -> String {
        let bucket = "test-\(UUID().uuidString.lowercased())"
        let host = "127.0.0.1:\(port)"
        let signature = SignatureV4(
            credentials: AWSCredentials(accessKey: Self.accessKey, secretKey: secretKey),
            region: "us-east-1", at: Date())
        let fields = signature.signed(
            "PUT", path: "/\(bucket)", query: [], fields: ["Host": host],
            hash: SignatureV4.emptyHash)
        let response = try await HTTPSession(HTTPSettings()).send(
            HTTPRequest(.put, "http://\(host)/\(bucket)", fields: fields, about: bucket))
        let answer = try await response.body.collect(upTo: 100_000, of: bucket)
        try #require(response.isSuccess, "\(String(decoding: answer, as: UTF8.self))")
        return bucket
    }

    private static func start() throws -> SwiftServer {
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Support/object-stores/swift-server.sh")
        let secret = UUID().uuidString
        let port = try FreePorts.first(of: 5)
        let process = Process()
        process.executableURL = script
        process.arguments = [
            "/tmp/helenus-test-swift-\(UUID().uuidString.prefix(8))", "\(port)", accessKey,
        ]
        let leash = Pipe()
        let output = Pipe()
        process.standardInput = leash
        process.standardOutput = output
        try process.run()
        // The pipe stays open for the life of this process.
        _ = Unmanaged.passRetained(leash)
        try leash.fileHandleForWriting.write(contentsOf: Data("\(secret)\n".utf8))
        let line = try output.fileHandleForReading.read(upToCount: 6)
        try #require(line == Data("ready\n".utf8), "OpenStack Swift did not start")
        return SwiftServer(port: port, secretKey: secret)
    }
}
