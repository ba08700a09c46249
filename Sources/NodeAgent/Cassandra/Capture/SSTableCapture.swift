package import Destinations
import SystemPackage

/// Checks one SSTable of a snapshot and hashes its files, each in one read.
package struct SSTableCapture: Sendable {
    /// One file that passed.
    package struct File: Sendable, Hashable {
        package var component: SSTable.Component
        package var hashes: FileHashes
        /// The content was checked against Cassandra's own digest, now or when it was read first.
        package var isVerified: Bool
        /// The register knew it; nothing was read.
        package var wasKnown: Bool
    }

    private let hasher: FileHasher
    private let register: HashRegister?
    private let threads: FileThreads

    /// - Parameter threads: where files are read.
    package init(
        hasher: FileHasher = FileHasher(), register: HashRegister?, threads: FileThreads
    ) {
        self.hasher = hasher
        self.register = register
        self.threads = threads
    }

    /// Checks and hashes every file of an SSTable, in the order of its components.
    ///
    /// - Throws: `CaptureError`, which names the file; errors of the register.
    package func capture(_ sstable: SSTable) async throws -> [File] {
        let check = try await threads.run { try CaptureCheck(sstable) }
        var files: [File] = []
        files.reserveCapacity(sstable.components.count)
        for component in sstable.components {
            try Task.checkCancellation()
            files.append(
                try await capture(
                    component, of: sstable,
                    digest: component.name == "Data.db" ? check.digest : nil))
        }
        return files
    }

    /// Hashes one file, or answers what the register knows of it.
    ///
    /// - Parameter digest: what Data.db must have, from `CaptureCheck`; `nil` for other components.
    private func capture(
        _ component: SSTable.Component, of sstable: SSTable, digest: StoredDigest?
    ) async throws -> File {
        if let known = try await register?.lookup(component.identity),
            known.isVerified || digest == nil
        {
            return File(
                component: component, hashes: known.hashes, isVerified: known.isVerified,
                wasKnown: true)
        }
        let result: FileHasher.Result
        do {
            let hasher = hasher
            result = try await threads.run {
                try hasher.hash(path: component.path, checking: digest)
            }
        } catch let error as Errno {
            throw CaptureError(
                code: error == .ioError ? .truncated : .unreadable, table: sstable.table,
                path: component.path, detail: "reading failed: \(error)")
        }
        guard result.identity == component.identity else {
            throw CaptureError(
                code: .unreadable, table: sstable.table, path: component.path,
                detail: "the file changed while the snapshot was captured")
        }
        if result.matchesDigest == false {
            throw CaptureError(
                code: .digestMismatch, table: sstable.table, path: component.path,
                detail: "its content differs from the digest that Cassandra wrote with it")
        }
        let isVerified = result.matchesDigest == true
        try await register?.record(
            result.identity, HashRegister.Known(hashes: result.hashes, isVerified: isVerified))
        return File(
            component: component, hashes: result.hashes, isVerified: isVerified, wasKnown: false)
    }
}
