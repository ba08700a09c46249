import CLinux
import Foundation
import Synchronization
import SystemPackage

/// Makes all that was written to a file system durable with one call (`syncfs`), which for many
/// small files is far quicker than `fsync` for each.
///
/// The kernel tells a failed write-back once, to descriptors that were open when it failed: so make
/// this before what is to be flushed is written, and once it has failed it fails for good.
package final class FileSystemFlush: Sendable {
    private let path: String
    private let descriptor: Int32
    private let failure = Mutex<DestinationError?>(nil)

    /// - Parameter path: a folder of the file system.
    /// - Throws: `DestinationError`.
    package init(path: String) throws {
        self.path = path
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw DestinationError(
                errno: Errno(rawValue: errno), object: path, doing: "open the folder \(path)")
        }
    }

    deinit {
        close(descriptor)
    }

    /// Returns when everything written before is on the disk. Blocks.
    ///
    /// - Throws: `DestinationError`, also where an earlier call failed.
    package func flush() throws {
        // One at a time: of two at once, only one would be told of a failure that concerns both.
        try failure.withLock { failure in
            if let failure { throw failure }
            guard syncfs(descriptor) == 0 else {
                let error = DestinationError(
                    errno: Errno(rawValue: errno), object: path,
                    doing: "flush the file system of \(path)")
                failure = error
                throw error
            }
        }
    }
}
