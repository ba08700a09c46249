import BackupModel
package import Destinations
import SystemPackage

/// Checks one SSTable of a snapshot and hashes its files, each in one read, in which destinations
/// may share.
package struct SSTableCapture: Sendable {
    /// One file that passed.
    package struct File: Sendable, Hashable {
        package var component: SSTable.Component
        package var hashes: FileHashes
        /// The content was checked against Cassandra's own digest, now or when it was read first.
        package var isVerified: Bool
        /// The register knew it; nothing was read.
        package var wasKnown: Bool

        /// Its name under `sstables/` of a destination.
        package var objectName: String {
            RepositoryLayout.objectName(
                sha256: hashes.sha256, file: component.file, compressed: false)
        }
    }

    /// Bytes that are held in memory at most for SSTables that are captured together, for
    /// destinations that want whole files.
    private static let memoryBudget: Int64 = 4 << 20

    private let hasher: FileHasher
    private let register: HashRegister?
    private let threads: FileThreads
    private let targets: [EarlyTarget]
    private let line: SendLine?

    /// - Parameters:
    ///   - threads: where files are read.
    ///   - targets: destinations that are to have what is read.
    ///   - line: sends what those want whole; `nil`: that is left to the upload.
    package init(
        hasher: FileHasher = FileHasher(), register: HashRegister?, threads: FileThreads,
        targets: [EarlyTarget] = [], line: SendLine? = nil
    ) {
        self.hasher = hasher
        self.register = register
        self.threads = threads
        self.targets = targets
        self.line = line
    }

    /// Checks and hashes every file of an SSTable, in the order of its components.
    ///
    /// - Throws: `CaptureError`, which names the file; errors of the register.
    package func capture(_ sstable: SSTable) async throws -> [File] {
        try await capture([sstable])[0]
    }

    /// As above, of several SSTables, small ones above all: with one question to the register and
    /// one turn of a thread.
    package func capture(_ sstables: [SSTable]) async throws -> [[File]] {
        let known = try await known(sstables)
        let read = try await threads.run {
            var memory = targets.contains(where: \.wantsWholeFiles) ? Self.memoryBudget : 0
            return try sstables.map { try self.read($0, known: known, memory: &memory) }
        }
        try await register?.record(
            read.joined().filter { !$0.file.wasKnown }.map {
                (
                    $0.file.component.identity,
                    HashRegister.Known(hashes: $0.file.hashes, isVerified: $0.file.isVerified)
                )
            })
        await sendWholeFiles(zip(sstables, read).map { ($0.table, $1) })
        return read.map { $0.map(\.file) }
    }

    private func known(_ sstables: [SSTable]) async throws -> [FileIdentity: HashRegister.Known] {
        guard let register else { return [:] }
        let identities = sstables.flatMap { $0.components.map(\.identity) }
        var known: [FileIdentity: HashRegister.Known] = [:]
        for (identity, found) in zip(identities, try await register.lookup(identities)) {
            known[identity] = found
        }
        return known
    }

    private struct ReadFile: Sendable {
        var file: File
        /// The content, where it was small enough and somebody wants it.
        var bytes: [UInt8]?
    }

    /// Reads what is not known. Blocks.
    ///
    /// - Parameter memory: bytes of contents that may still be kept.
    private func read(
        _ sstable: SSTable, known: [FileIdentity: HashRegister.Known], memory: inout Int64
    ) throws -> [ReadFile] {
        let check = try CaptureCheck(sstable)
        return try sstable.components.map { component in
            let digest = component.name == "Data.db" ? check.digest : nil
            if let known = known[component.identity], known.isVerified || digest == nil {
                return ReadFile(
                    file: File(
                        component: component, hashes: known.hashes, isVerified: known.isVerified,
                        wasKnown: true), bytes: nil)
            }
            let keeps = component.size <= memory
            if keeps { memory -= component.size }
            return try read(component, of: sstable.table, digest: digest, keepsBytes: keeps)
        }
    }

    /// Hashes one file and gives it to the destinations that take it as it is read.
    ///
    /// - Parameter digest: what Data.db must have, from `CaptureCheck`; `nil` for other components.
    private func read(
        _ component: SSTable.Component, of table: TableName, digest: StoredDigest?,
        keepsBytes: Bool
    ) throws -> ReadFile {
        let copies = targets.compactMap { $0.begin() }
        var bytes: [UInt8]? = keepsBytes ? [] : nil
        // Else it would take up to twice the room as it grows.
        bytes?.reserveCapacity(Int(component.size))
        let result: FileHasher.Result
        do {
            result = try hasher.hash(path: component.path, checking: digest) { piece in
                for copy in copies { copy.append(piece) }
                bytes?.append(contentsOf: piece)
            }
        } catch let error as Errno {
            throw CaptureError(
                code: error == .ioError ? .truncated : .unreadable, table: table,
                path: component.path, detail: "reading failed: \(error)")
        }
        guard result.identity == component.identity else {
            throw CaptureError(
                code: .unreadable, table: table, path: component.path,
                detail: "the file changed while the snapshot was captured")
        }
        if result.matchesDigest == false {
            throw CaptureError(
                code: .digestMismatch, table: table, path: component.path,
                detail: "its content differs from the digest that Cassandra wrote with it")
        }
        let file = File(
            component: component, hashes: result.hashes,
            isVerified: result.matchesDigest == true, wasKnown: false)
        for copy in copies { copy.publish(file, of: table) }
        return ReadFile(file: file, bytes: bytes)
    }

    /// Sends what was read: from memory what is there, and the rest read again, while other files are
    /// hashed. What the register knew is most likely there, and is left to the upload, which asks.
    private func sendWholeFiles(_ sstables: [(table: TableName, files: [ReadFile])]) async {
        let targets = targets.filter(\.wantsWholeFiles)
        guard let line, !targets.isEmpty else { return }
        for (table, files) in sstables {
            for read in files where !read.file.wasKnown {
                let content = ObjectContent(
                    sha256: read.file.hashes.sha256, size: read.file.hashes.size)
                let source: any ObjectSource =
                    read.bytes.map { BytesSource($0, hashed: content) }
                    ?? FileSource(path: read.file.component.path, threads: threads)
                for target in targets {
                    await line.add { await target.send(source, read.file, of: table) }
                }
            }
        }
    }
}
