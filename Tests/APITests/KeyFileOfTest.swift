import Foundation
import Sealing

/// A sealing key file, gone with the value.
final class KeyFileOfTest: Sendable {
    let path = "\(NSTemporaryDirectory())helenus-key-\(UUID().uuidString)"

    init() throws {
        try Data(KeyFile.newLine().utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }

    deinit {
        if unlink(path) != 0 { print("KeyFileOfTest: \(path) is left") }
    }
}
