import BackupModel
import FoundationEssentials

/// The SSTables of one table in one folder of a snapshot.
package struct SnapshotInventory {
    /// An SSTable with its files' names.
    package struct SSTable {
        package var files: [SSTableFileName: String]
    }

    package let folder: DataDirectories.SnapshotFolder
    /// Classic index SSTables are left out: Cassandra rebuilds them.
    package let sstables: [SSTable]

    /// Lists the folder.
    package init(folder: DataDirectories.SnapshotFolder) throws {
        self.folder = folder
        var byDescriptor: [String: [SSTableFileName: String]] = [:]
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            guard let name = SSTableFileName(file), !name.isIndex else { continue }
            byDescriptor[name.descriptor, default: [:]][name] = file
        }
        sstables = byDescriptor.sorted { $0.key < $1.key }.map { SSTable(files: $0.value) }
    }
}
