package import BackupModel

/// How far the load of one table has come, as sstableloader prints it and people want to see it. It
/// goes forward only, and is at its end only once the load is known to be whole.
package actor LoadMeter {
    private let table: TableName
    private let files: Int
    private let size: Int64
    private let progress: OperationProgress
    private var toldFiles = 0
    private var toldSize: Int64 = 0

    /// - Parameters:
    ///   - files: of the table.
    ///   - size: bytes of these.
    package init(_ table: TableName, files: Int, size: Int64, progress: OperationProgress) {
        self.table = table
        self.files = files
        self.size = size
        self.progress = progress
    }

    /// - Parameter part: of the table that was sent, 0 to below 1.
    package func note(_ part: Double) async {
        await tell(files: Int(Double(files) * part), size: Int64(Double(size) * part))
    }

    /// Every file went to every node it was to go to.
    package func end() async {
        await tell(files: files, size: size)
    }

    private func tell(files: Int, size: Int64) async {
        let (newFiles, newSize) = (files - toldFiles, size - toldSize)
        guard newFiles >= 0, newSize >= 0, newFiles > 0 || newSize > 0 else { return }
        toldFiles = files
        toldSize = size
        await progress.advance(table, files: newFiles, size: newSize)
    }
}
