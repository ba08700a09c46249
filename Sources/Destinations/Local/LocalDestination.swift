import Crypto
import Synchronization

/// A folder as a destination.
///
/// An object is written to a file without a name (`O_TMPFILE`; where the file system has none, to
/// one in the hidden folder `.helenus-staging`), flushed to the disk, and only then linked under
/// its name, which fails where the name is taken: so a half-written object is never seen, and of
/// two writers one wins and the other finds the object there. The folders are flushed by
/// `settle()`, once for any number of objects.
package final class LocalDestination: OnePassDestination {
    package let label: String
    package let largestWhole = Int64.max
    /// The folder, links resolved.
    package let root: String
    let threads: FileThreads
    let staging: LocalStaging
    private let unsettled = Mutex<Set<String>>([])
    private let pieceSize: Int

    /// - Parameters:
    ///   - path: the folder; made when something is first written.
    ///   - rules: where it may lie.
    ///   - owner: names this writer among those that share the folder, such as the node's host id;
    ///     what an earlier process of the same owner left half-written is removed.
    ///   - threads: for all blocking calls.
    /// - Throws: `DestinationError` where `rules` do not permit the path.
    package init(
        path: String, rules: LocalPathRules, owner: String, threads: FileThreads,
        pieceSize: Int = 256 * 1_024
    ) throws {
        root = try rules.resolve(path)
        label = "local destination \(path)"
        self.threads = threads
        self.pieceSize = pieceSize
        staging = LocalStaging(root: root, owner: owner)
    }

    package func store(
        _ source: any ObjectSource, as name: String, expecting content: ObjectContent
    ) async throws -> StoreOutcome {
        try ObjectName.check(name)
        let path = fullPath(name)
        if try await threads.run({ try LocalFile.size(path) }) != nil {
            // Who wrote it may have died before its name was durable.
            remember(path)
            return .alreadyThere
        }
        let file = try await write(source, name: name, expecting: content)
        return try await threads.run { try self.publishOnce(file, as: name) }
    }

    package func begin() throws -> any OnePassObject {
        LocalOnePassObject(file: try staging.create(for: root), destination: self)
    }

    package func flushObjects() throws { try staging.flush() }

    /// Gives a flushed file its name unless that is taken. Blocks.
    func publishOnce(_ file: LocalStagedFile, as name: String) throws -> StoreOutcome {
        let path = fullPath(name)
        let outcome = try file.publishOnce(as: path)
        remember(path)
        return outcome
    }

    package func replace(_ source: any ObjectSource, as name: String) async throws {
        try ObjectName.check(name)
        try await settle()
        let file = try await write(source, name: name, expecting: nil)
        let path = fullPath(name)
        try await threads.run { try file.publishReplacing(path) }
        remember(path)
        try await settle()
    }

    package func settle() async throws {
        let folders = unsettled.withLock { folders in
            defer { folders = [] }
            return folders
        }
        do {
            try await threads.run {
                for folder in folders { try LocalFile.flushFolder(folder) }
            }
        } catch {
            unsettled.withLock { $0.formUnion(folders) }
            throw error
        }
    }

    package func read(_ name: String, range: Range<Int64>?) async throws -> ObjectBody {
        try ObjectName.check(name)
        let path = fullPath(name)
        let file = try await threads.run { try FileHandleReader(path: path) }
        return file.body(range: range, threads: threads, pieceSize: pieceSize)
    }

    package func size(of name: String) async throws -> Int64? {
        try ObjectName.check(name)
        let path = fullPath(name)
        let size = try await threads.run { try LocalFile.size(path) }
        // As in `store`: whoever relies on it being there settles its name.
        if size != nil { remember(path) }
        return size
    }

    /// The size of each of many objects, `nil` where there is none: in one turn of a thread. The
    /// names of those that are there are durable after the next `settle()`.
    package func sizes(of names: [String]) async throws -> [Int64?] {
        for name in names { try ObjectName.check(name) }
        let paths = names.map(fullPath)
        let sizes = try await threads.run { try paths.map(LocalFile.size) }
        // Who wrote one may have died before its name was durable.
        for (path, size) in zip(paths, sizes) where size != nil { remember(path) }
        return sizes
    }

    /// Where an object is on the node, if it is there.
    package func path(of name: String) throws -> String {
        try ObjectName.check(name)
        return fullPath(name)
    }

    package func list(_ prefix: String, depth: ListDepth) -> ObjectListing {
        let root = root
        let threads = threads
        return ObjectListing {
            let walk = LocalListing(root: root, prefix: prefix, depth: depth)
            return { try await threads.run { try walk.nextPage() } }
        }
    }

    package func delete(_ names: [String]) async throws {
        for name in names { try ObjectName.check(name) }
        let paths = names.map(fullPath)
        let root = root
        try await threads.run {
            var folders: Set<String> = []
            for path in paths {
                try LocalFile.remove(path)
                folders.insert(LocalFile.folder(of: path))
            }
            for folder in folders { try LocalFile.flushExistingFolder(folder) }
            for folder in folders { try LocalFile.removeEmptyFolders(from: folder, upTo: root) }
        }
    }

    private func fullPath(_ name: String) -> String { "\(root)/\(name)" }

    private func remember(_ path: String) {
        unsettled.withLock { folders in
            var folder = LocalFile.folder(of: path)
            while folders.insert(folder).inserted, folder.utf8.count > root.utf8.count {
                folder = LocalFile.folder(of: folder)
            }
        }
    }

    /// The content in a file that has no name yet, flushed to the disk.
    private func write(
        _ source: any ObjectSource, name: String, expecting content: ObjectContent?
    ) async throws -> LocalStagedFile {
        let body = try await source.open()
        let staging = staging
        let file = try await threads.run { try staging.create(for: name) }
        var hash = SHA256()
        var size: Int64 = 0
        while let piece = try await body.next() {
            hash.update(data: piece)
            size += Int64(piece.count)
            try await threads.run { try piece.withUnsafeBytes { try file.append($0) } }
        }
        if let content {
            let found = ObjectContent(sha256: hexadecimal(hash.finalize()), size: size)
            guard found == content else { throw content.differs(from: found, name: name) }
        }
        try await threads.run { try file.flush() }
        return file
    }
}
