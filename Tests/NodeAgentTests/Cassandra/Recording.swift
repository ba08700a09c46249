import Foundation
import NodeAgent
import Testing

/// One recorded call of a tool: `$ command`, `--- stdout`, `--- stderr`, `--- exit N`.
struct Recording {
    var command: String
    var output: ToolOutput
    var standardOutput: String

    init(path: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try self.init(text: text)
    }

    init(text: String) throws {
        let head = try #require(text.range(of: "--- stdout\n"))
        let error = try #require(text.range(of: "--- stderr\n", options: .backwards))
        let exit = try #require(text.range(of: "--- exit ", options: .backwards))
        command = String(text[..<head.lowerBound].dropFirst(2)).trimmingCharacters(
            in: .whitespacesAndNewlines)
        standardOutput = String(text[head.upperBound..<error.lowerBound])
        let status = text[exit.upperBound...].trimmingCharacters(in: .whitespacesAndNewlines)
        output = ToolOutput(
            exit: try #require(Int32(status)), output: standardOutput,
            error: String(text[error.upperBound..<exit.lowerBound]))
    }
}
