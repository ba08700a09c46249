import Foundation
import SystemPackage

/// A file that is being written and has no name among the objects yet; gone when it is dropped.
final class LocalStagedFile: Sendable {
    private let descriptor: Int32
    /// `nil`: it has no name at all.
    private let path: String?
    private let folder: String
    private let number: Int

    init(descriptor: Int32, path: String?, folder: String, _ number: Int) {
        self.descriptor = descriptor
        self.path = path
        self.folder = folder
        self.number = number
    }

    deinit {
        close(descriptor)
        if let path { unlink(path) }
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        var done = 0
        while done < bytes.count {
            let written = write(
                descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
            if written < 0 {
                if errno == EINTR { continue }
                throw failure(doing: "write to the destination")
            }
            done += written
        }
    }

    func flush() throws {
        guard fsync(descriptor) == 0 else { throw failure(doing: "flush to the destination") }
    }

    /// Gives the file its name unless the name is taken.
    func publishOnce(as target: String) throws -> StoreOutcome {
        try withFolder(of: target) { try link(to: target) }
    }

    /// Gives the file its name, in the place of whatever has it.
    func publishReplacing(_ target: String) throws {
        let name = path ?? "\(folder)/replacing~\(getpid())-\(UInt64.random(in: .min ... .max))"
        if path == nil {
            // The folder is removed below whenever it is empty, by other nodes' agents too.
            try LocalFile.makeFolders(folder)
            let outcome = try withFolder(of: name) { try link(to: name) }
            guard outcome == .stored else {
                throw DestinationError(
                    code: .unreachable, object: target, message: "\(name) exists already")
            }
        }
        do {
            try withFolder(of: target) {
                guard rename(name, target) == 0 else { throw failure(doing: "write \(target)") }
            }
        } catch {
            unlink(name)
            throw error
        }
        rmdir(folder)
    }

    /// Makes the folder where it is missing; a deletion may remove it again in between.
    private func withFolder<Success>(
        of target: String, _ work: () throws -> Success
    ) throws -> Success {
        var attempts = 0
        while true {
            do {
                return try work()
            } catch let error as DestinationError where error.code == .notThere && attempts < 10 {
                attempts += 1
                try LocalFile.makeFolders(LocalFile.folder(of: target))
            }
        }
    }

    private func link(to target: String) throws -> StoreOutcome {
        let result =
            if let path {
                Foundation.link(path, target)
            } else {
                linkat(
                    AT_FDCWD, "/proc/self/fd/\(descriptor)", AT_FDCWD, target, AT_SYMLINK_FOLLOW)
            }
        if result == 0 { return .stored }
        if errno == EEXIST { return .alreadyThere }
        throw failure(doing: "write \(target)")
    }

    private func failure(doing: String) -> DestinationError {
        let error = Errno(rawValue: errno)
        return DestinationError(errno: error, object: path ?? folder, doing: doing)
    }
}
