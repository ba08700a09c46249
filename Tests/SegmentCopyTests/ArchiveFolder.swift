import Foundation

/// A folder with a segment, and one to which it is archived; gone with the value.
final class ArchiveFolder: Sendable {
    private let path: String

    init() throws {
        path = NSTemporaryDirectory() + "helenus-archive-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: "\(path)/archive", withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var segment: String { "\(path)/CommitLog-2-1.log" }

    func archived(_ name: String) -> String { "\(path)/archive/\(name)" }

    func archivedNames() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(path)/archive").sorted()
    }

    /// - Parameter modified: seconds since 1970.
    func write(
        _ file: String, _ bytes: Data, mode: Int = 0o644, modified: Double? = nil
    ) throws {
        try bytes.write(to: URL(filePath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        if let modified {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: modified)], ofItemAtPath: file)
        }
    }
}
