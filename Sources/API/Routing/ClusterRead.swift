import Postgres
import SCGI

/// A query that answers a call by itself: what it asks, and what is made of its rows.
package struct ClusterRead {
    let query: ClusterQuery
    /// The column of the first row with the snapshot that the answer was read in: it can be sent again
    /// until the cluster's lists change. NULL there where this very answer changes otherwise; `nil` where
    /// none of them can be kept.
    let snapshotColumn: Int?
    let answer: (Rows) throws -> Response

    init(
        _ statement: APIStatement, _ parameters: [Parameter] = [], snapshotColumn: Int? = nil,
        answer: @escaping (Rows) throws -> Response
    ) {
        query = ClusterQuery(statement, parameters)
        self.snapshotColumn = snapshotColumn
        self.answer = answer
    }

    /// The snapshot that these rows were read in, where the answer can be sent again.
    func snapshot(_ rows: Rows) -> String? {
        snapshotColumn.flatMap { rows.first?.optionalText($0) }
    }
}
