/// How far one table of one node has come, as `full_status` shows it.
package struct TableProgress: Hashable, Sendable, Codable {
    package var doneFiles: Int
    package var totalFiles: Int
    /// Bytes.
    package var doneSize: Int64
    /// Bytes.
    package var totalSize: Int64
    package var errors: [String]

    package init(
        doneFiles: Int = 0, totalFiles: Int = 0, doneSize: Int64 = 0, totalSize: Int64 = 0,
        errors: [String] = []
    ) {
        self.doneFiles = doneFiles
        self.totalFiles = totalFiles
        self.doneSize = doneSize
        self.totalSize = totalSize
        self.errors = errors
    }

    enum CodingKeys: String, CodingKey {
        case doneFiles = "done_files"
        case totalFiles = "total_files"
        case doneSize = "done_size"
        case totalSize = "total_size"
        case errors
    }
}
