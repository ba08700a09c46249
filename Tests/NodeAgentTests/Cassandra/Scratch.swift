import Foundation

/// A folder of a test's own, gone with the value.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "helenus-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file under the folder and answers its path.
    @discardableResult
    func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
        let file = "\(path)/\(name)"
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }

    /// Hard links every file of a folder, as a snapshot does; `.index` folders as well.
    func link(_ source: String, into name: String) throws {
        let files = FileManager.default
        try files.createDirectory(
            atPath: "\(path)/\(name)", withIntermediateDirectories: true)
        for file in try files.contentsOfDirectory(atPath: source) {
            var isFolder: ObjCBool = false
            _ = files.fileExists(atPath: "\(source)/\(file)", isDirectory: &isFolder)
            guard !isFolder.boolValue else { continue }
            try files.linkItem(atPath: "\(source)/\(file)", toPath: "\(path)/\(name)/\(file)")
        }
    }

    func copy(_ source: String, into name: String) throws {
        let files = FileManager.default
        try files.createDirectory(
            atPath: "\(path)/\(name)", withIntermediateDirectories: true)
        for file in try files.contentsOfDirectory(atPath: source) {
            try files.copyItem(atPath: "\(source)/\(file)", toPath: "\(path)/\(name)/\(file)")
        }
    }
}
