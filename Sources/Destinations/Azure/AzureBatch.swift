package import FoundationEssentials

/// Many deletions in one request: the body that asks for them, and what the answer says of each.
///
/// Each part is a whole request with a signature of its own, without the version, which is that of
/// the request around them.
package struct AzureBatch: Sendable {
    /// As many as one request can have.
    package static let most = 256

    /// What separates the parts.
    package let boundary: String
    private let key: SharedKey
    private let date: Date

    package init(key: SharedKey, date: Date, boundary: String = "batch_\(UUID().uuidString)") {
        self.key = key
        self.date = date
        self.boundary = boundary
    }

    /// The body; the parts are numbered from 0.
    ///
    /// - Parameter paths: of the blobs, encoded as in a request line.
    package func body(deleting paths: [String]) -> [UInt8] {
        let parts = paths.enumerated().map { part($0.offset, $0.element) }
        return Array((parts.joined() + "--\(boundary)--\r\n").utf8)
    }

    private func part(_ number: Int, _ path: String) -> String {
        let fields = key.signed(.delete, path: path, query: [:], fields: [:], size: 0, at: date)
        let lines =
            [
                "--\(boundary)", "Content-Type: application/http",
                "Content-Transfer-Encoding: binary", "Content-ID: \(number)", "",
                "DELETE \(path) HTTP/1.1",
            ] + fields.all.map { "\($0.name): \($0.value)" } + ["Content-Length: 0", "", ""]
        return lines.joined(separator: "\r\n")
    }

    /// What became of each part of a batch, by its number; `nil` where it was done.
    ///
    /// - Parameters:
    ///   - bytes: the body of the answer.
    ///   - contentType: of the answer, with its boundary.
    ///   - object: what it is about, for the error.
    /// - Throws: `AzureFailure` where the service refuses the batch as such; `DestinationError` that
    ///   may pass where the answer cannot be read.
    package static func outcomes(
        _ bytes: [UInt8], contentType: String, about object: String
    ) throws -> [Int: AzureFailure?] {
        guard let start = contentType.firstRange(of: "boundary=")?.upperBound else {
            throw unreadable(object)
        }
        let boundary = contentType[start...].filter { $0 != "\"" }
        let text = String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
        var outcomes: [Int: AzureFailure?] = [:]
        // Before the first boundary is nothing, after the last one only its end, `--`.
        for part in text.split(separator: "--\(boundary)") where !part.hasPrefix("--") {
            let answer = try AzureBatchPart(part, about: object)
            if let number = answer.number {
                outcomes[number] = .some(answer.failure)
            } else if let failure = answer.failure {
                throw failure
            }
        }
        return outcomes
    }

    private static func unreadable(_ object: String) -> DestinationError {
        DestinationError(
            code: .unreachable, object: object,
            message: "the answer to the deletion of \(object) and others cannot be read")
    }
}
