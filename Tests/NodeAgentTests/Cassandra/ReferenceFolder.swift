import Foundation

/// Recordings and SSTables of real Cassandra, which lie beside the project and not in it:
/// `HELENUS_REFERENCE`, or `../shared/reference` from the package's root.
///
/// A suite that needs them is disabled with `absence` where they are not there, so that the test run
/// says and counts what it skipped.
enum ReferenceFolder {
    static let absence = "the reference folder (HELENUS_REFERENCE or ../shared/reference) is absent"

    static let path: String = {
        if let named = ProcessInfo.processInfo.environment["HELENUS_REFERENCE"] { return named }
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return root.deletingLastPathComponent().appendingPathComponent("shared/reference").path
    }()

    static var isThere: Bool { FileManager.default.fileExists(atPath: path + "/nodetool-4.1") }

    static func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)").sorted()
    }
}
