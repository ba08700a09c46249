import Foundation
import Synchronization
import SystemPackage

/// Where a local destination's files are before they have their names.
final class LocalStaging: Sendable {
    /// `O_TMPFILE` of fcntl.h, a macro that Swift does not see.
    private static let nameless: Int32 = 0o20_000_000 | O_DIRECTORY

    private let root: String
    private let owner: String
    /// One per process start and destination object, so that leftovers are told apart.
    private let run = "\(getpid())-\(UInt64.random(in: .min ... .max))"
    private let state = Mutex(State())

    private struct State {
        /// Opened before the first file is; `nil`: nothing was written yet.
        var flush: FileSystemFlush?
        var count = 0
        var nameless = true
    }

    init(root: String, owner: String) {
        self.root = root
        self.owner = owner.filter { $0.isLetter || $0.isNumber || $0 == "-" }
    }

    private var all: String { "\(root)/.helenus-staging" }

    /// An empty file, open for writing, on the destination's file system.
    func create(for name: String) throws -> LocalStagedFile {
        try prepare()
        let (number, nameless) = state.withLock { state in
            state.count += 1
            return (state.count, state.nameless)
        }
        if nameless {
            let descriptor = open(root, Self.nameless | O_WRONLY | O_CLOEXEC, 0o640)
            if descriptor >= 0 {
                return LocalStagedFile(descriptor: descriptor, path: nil, folder: all, number)
            }
            guard [EOPNOTSUPP, EISDIR, ENOENT, EINVAL].contains(errno) else {
                throw DestinationError(
                    errno: Errno(rawValue: errno), object: name, doing: "write under \(root)")
            }
            state.withLock { $0.nameless = false }
        }
        try LocalFile.makeFolders(all)
        let path = "\(all)/\(owner)~\(run)~\(number)"
        let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw DestinationError(
                errno: Errno(rawValue: errno), object: name, doing: "write \(path)")
        }
        return LocalStagedFile(descriptor: descriptor, path: path, folder: all, number)
    }

    /// Makes the content of all files that were written so far durable. Blocks.
    func flush() throws {
        try state.withLock { $0.flush }?.flush()
    }

    /// Makes the root, and removes what a dead process of the same owner left.
    private func prepare() throws {
        guard state.withLock({ $0.flush == nil }) else { return }
        try LocalFile.makeFolders(root)
        let flush = try FileSystemFlush(path: root)
        let first = state.withLock { state in
            guard state.flush == nil else { return false }
            state.flush = flush
            return true
        }
        guard first, let names = try LocalFile.names(in: all) else { return }
        let ownPrefix = "\(owner)~"
        for name in names where name.hasPrefix(ownPrefix) {
            let process = name.dropFirst(ownPrefix.count).prefix { $0 != "-" }
            if process == "\(getpid())" { continue }
            try LocalFile.remove("\(all)/\(name)")
        }
    }
}
