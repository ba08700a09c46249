/// A long-running request as the service tells of it.
package struct RequestStatus: Decodable, Sendable, Hashable {
    package var id: String
    package var state: String
    package var type: String
    package var clusterID: String
    /// Epoch seconds.
    package var started: Int64
    package var finished: Int64?
    package var tag: String?
    package var details: Details

    package struct Details: Decodable, Sendable, Hashable {
        package var message: String?
        /// By the node's address.
        package var subrequests: [String: Subrequest]?
    }

    package struct Subrequest: Decodable, Sendable, Hashable {
        package var state: String
        package var details: Details

        package struct Details: Decodable, Sendable, Hashable {
            /// Keyspace → table.
            package var sstables: [String: [String: Table]]?
            /// The sum of all tables, where the request has ended and they were too many to keep.
            package var totals: Table?
        }

        package struct Table: Decodable, Sendable, Hashable {
            package var doneFiles: Int64?
            package var totalFiles: Int64?
            package var doneSize: Int64?
            package var totalSize: Int64?

            enum CodingKeys: String, CodingKey {
                case doneFiles = "done_files"
                case totalFiles = "total_files"
                case doneSize = "done_size"
                case totalSize = "total_size"
            }
        }
    }

    enum CodingKeys: String, CodingKey {
        case id, state, type, started, finished, tag, details
        case clusterID = "cluster_id"
    }

    package var isRunning: Bool { state == "running" }

    /// What is done on all nodes together.
    package var progress: Progress {
        var sum = Progress()
        for node in (details.subrequests ?? [:]).values {
            let tables = (node.details.sstables ?? [:]).values.flatMap(\.values)
            for table in node.details.totals.map({ [$0] }) ?? tables {
                sum.doneFiles += table.doneFiles ?? 0
                sum.totalFiles += table.totalFiles ?? 0
                sum.doneBytes += table.doneSize ?? 0
                sum.totalBytes += table.totalSize ?? 0
            }
        }
        return sum
    }
}
