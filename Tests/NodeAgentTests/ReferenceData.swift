import Foundation

/// Recordings of real Cassandra nodes and SSTables that they wrote, which lie outside of the project.
enum ReferenceData {
    /// `HELENUS_REFERENCE`, or the folder beside the checkout; `nil` where there is none.
    static let folder: String? = {
        let given = ProcessInfo.processInfo.environment["HELENUS_REFERENCE"]
        let path = given ?? "../shared/reference"
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }()

    /// A recording: what stands after its `--- stdout` and `--- stderr` lines, and its exit status.
    static func recording(_ name: String) throws -> (out: String, err: String, exit: Int) {
        let text = try String(contentsOfFile: "\(folder ?? "")/\(name)", encoding: .utf8)
        var parts: [String: [Substring]] = [:]
        var part = ""
        var exit = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("--- exit") {
                exit = line.split(separator: " ").last.flatMap { Int($0) } ?? -1
            } else if line.hasPrefix("--- ") {
                part = String(line.dropFirst(4))
            } else {
                parts[part, default: []].append(line)
            }
        }
        func joined(_ name: String) -> String { (parts[name] ?? []).joined(separator: "\n") }
        return (joined("stdout"), joined("stderr"), exit)
    }
}
