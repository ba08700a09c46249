import BackupModel
import SystemPackage

/// Walks over the SSTables of one table's snapshot, folder by folder, in order of generation.
///
/// Secondary indexes of the classic kind (a hidden folder, or `table.index` in the file name) are
/// left out: Cassandra builds them again. SAI components belong to their SSTable and stay.
package struct SSTableIterator {
    private let table: SnapshotInventory.Table
    private var folders: ArraySlice<String>
    private var folder = ""
    /// Of the current folder, the last first.
    private var pending: [(descriptor: SSTableDescriptor, components: [String])] = []

    init(_ table: SnapshotInventory.Table) {
        self.table = table
        folders = table.folders[...]
    }

    /// The next SSTable, or `nil` after the last.
    ///
    /// - Throws: `CaptureError` for a temporary file or one of another table; `Errno`.
    package mutating func next() throws -> SSTable? {
        while pending.isEmpty {
            guard let next = folders.popFirst() else { return nil }
            folder = next
            pending = try list(next).sorted { $0.key > $1.key }.map { ($0.key, $0.value) }
        }
        let (descriptor, names) = pending.removeLast()
        let components = try names.sorted().map { name in
            let file = descriptor.fileName(of: name)
            let path = "\(folder)/\(file)"
            do {
                return SSTable.Component(
                    name: name, file: file, path: path, identity: try FileIdentity(path: path))
            } catch {
                throw CaptureError(
                    code: .unreadable, table: table.table, path: path, detail: "\(error)")
            }
        }
        return SSTable(
            table: table.table, tableID: table.tableID, folder: folder, descriptor: descriptor,
            components: components)
    }

    /// The next SSTables, until they have so many files or bytes together; empty after the last. A
    /// large one ends a batch.
    ///
    /// - Throws: as `next()`.
    package mutating func nextBatch(files: Int, bytes: Int64) throws -> [SSTable] {
        var batch: [SSTable] = []
        var (missingFiles, missingBytes) = (files, bytes)
        while missingFiles > 0, missingBytes > 0, let sstable = try next() {
            missingFiles -= sstable.components.count
            missingBytes -= sstable.size
            batch.append(sstable)
        }
        return batch
    }

    private func list(_ folder: String) throws -> [SSTableDescriptor: [String]] {
        var found: [SSTableDescriptor: [String]] = [:]
        // Names of components repeat; one copy of each is enough.
        var interned: [String: String] = [:]
        try FolderReader.forEach(in: folder) { entry in
            guard entry.kind == .file else { return }
            switch SSTableFileName(entry.name) {
            case .component(let descriptor, let component):
                try check(descriptor, "\(folder)/\(entry.name)")
                let name = interned[component] ?? component
                interned[component] = name
                found[descriptor, default: []].append(name)
            case .temporary:
                throw CaptureError(
                    code: .temporaryFile, table: table.table, path: "\(folder)/\(entry.name)",
                    detail: "a file that Cassandra is still writing lies in the snapshot")
            case .index, .other:
                break
            }
        }
        return found
    }

    /// A file named for another table must not be loaded into this one.
    private func check(_ descriptor: SSTableDescriptor, _ path: String) throws(CaptureError) {
        guard let named = descriptor.table else { return }
        guard named == (table.table.keyspace, table.table.table) else {
            throw CaptureError(
                code: .foreignFile, table: table.table, path: path,
                detail: "the file is named for \(named.keyspace).\(named.table)")
        }
    }
}
