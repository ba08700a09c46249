import Foundation

enum FileNames {
    /// Gives a file or a folder another name.
    static func rename(_ old: String, _ new: String) throws {
        try FileManager.default.moveItem(atPath: old, toPath: new)
    }
}
