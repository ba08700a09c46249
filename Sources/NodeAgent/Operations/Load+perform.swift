package import AgentProtocol
import BackupModel
import FoundationEssentials
import GRDB

extension Load: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> Result
    {
        let root = context.stagingFolder(stagingID, host: hostID)
        let renamed = RenamedFiles(root: root, rename: rename)
        var outcomes: [TableOutcome] = []
        for table in tables {
            let folder = "\(root)/\(table.keyspace)/\(table.table)"
            let sizes = try Self.sizes(in: folder)
            await progress.expect(
                table, files: sizes.count, size: sizes.values.reduce(0, +))
        }
        for table in tables {
            try Task.checkCancellation()
            let folder = "\(root)/\(table.keyspace)/\(table.table)"
            let sizes = try Self.sizes(in: folder)
            let size = sizes.values.reduce(0, +)
            let dataFiles = sizes.keys.filter { $0.hasSuffix("-Data.db") }.count
            let mark = LoadedTable(
                stagingID: stagingID, hostID: hostID.text, keyspace: table.keyspace,
                tableName: table.table)
            let isDone = try await context.database.read { try mark.exists($0) }
            let meter = LoadMeter(table, files: sizes.count, size: size, progress: progress)
            if dataFiles > 0, !isDone {
                let deadHosts = deadHosts
                try context.noteUse(ofStaging: stagingID)
                try await context.loader.load(
                    directory: try renamed.folder(of: table), hosts: hosts, ignoring: deadHosts,
                    throttle: throttle, expected: dataFiles
                ) { await meter.note($0.part(ignoring: deadHosts)) }
                try await context.database.write { try mark.insert($0) }
            }
            outcomes.append(
                TableOutcome(
                    keyspace: table.keyspace, table: table.table, tableID: nil,
                    outcome: .success, files: sizes.count, size: size))
            await meter.end()
        }
        return Result(tables: outcomes)
    }

    /// The files of a staged table with their bytes; none where the backup has no row of it.
    private static func sizes(in folder: String) throws -> [String: Int64] {
        guard FileManager.default.fileExists(atPath: folder) else { return [:] }
        var sizes: [String: Int64] = [:]
        for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
            sizes[file] = Int64(try FileIdentity(path: "\(folder)/\(file)").size)
        }
        return sizes
    }
}
