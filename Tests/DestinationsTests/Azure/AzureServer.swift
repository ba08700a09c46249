import Destinations
import Foundation

/// The Azure Blob endpoint of this test process, which checks every signature with Microsoft's own
/// code; it ends when this process ends, however it ends: its standard input is a pipe whose other
/// end this process holds.
final class AzureServer: Sendable {
    static let account = "devacct"
    static let key = Data(repeating: UInt8(ascii: "k"), count: 64).base64EncodedString()

    /// Started by the first test that asks.
    static let shared: Result<AzureServer, any Error> = Result { try AzureServer() }

    /// Such as `http://127.0.0.1:41957/devacct`.
    let url: String
    let session: HTTPSession
    private let leash = Pipe()

    /// Why there is no endpoint.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private init() throws {
        let environment = ProcessInfo.processInfo.environment
        let cache = environment["HELENUS_CACHE"] ?? NSHomeDirectory() + "/.cache/helenus"
        let python = "\(cache)/venv/bin/python"
        guard FileManager.default.isExecutableFile(atPath: python) else {
            throw Failure(description: "no \(python): deploy/install-dependencies.sh makes it")
        }
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = [
            URL(filePath: #filePath).deletingLastPathComponent().path
                + "/../../Support/object-stores/azure_blob_endpoint.py"
        ]
        process.environment = environment.merging(
            ["AZURE_ACCOUNT": Self.account, "AZURE_KEY": Self.key, "PYTHONDONTWRITEBYTECODE": "1"]
        ) { $1 }
        let output = Pipe()
        process.standardInput = leash
        process.standardOutput = output
        try process.run()
        let line = try Self.line(from: output.fileHandleForReading)
        guard line.hasPrefix("ready ") else {
            throw Failure(description: "the endpoint did not start: '\(line)'")
        }
        url = String(line.dropFirst("ready ".count))
        session = try HTTPSession(HTTPSettings())
    }

    /// The first line, or what there is of it when the output ends.
    private static func line(from output: FileHandle) throws -> String {
        var bytes = Data()
        while bytes.last != UInt8(ascii: "\n"), let next = try output.read(upToCount: 1) {
            bytes += next
        }
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    /// Scheme, host and port.
    var origin: String { String(url.dropLast(Self.account.count + 1)) }
}
