import FoundationEssentials
import Glibc

/// A JSON document that a command sends as it is.
struct DocumentFile {
    private let path: String

    /// - Parameter path: `-` for standard input.
    init(_ path: String) { self.path = path }

    func read() throws -> Data {
        guard path == "-" else { return try Data(contentsOf: URL(filePath: path)) }
        var lines: [String] = []
        while let line = readLine(strippingNewline: false) { lines.append(line) }
        return Data(lines.joined().utf8)
    }
}
