import Postgres
import SCGI

/// A statement that changes one cluster and answers a call by itself: what it says, and what is made of
/// its rows.
package struct ClusterChange {
    let query: ClusterQuery
    let answer: (Rows) throws -> Response

    init(
        _ statement: APIStatement, _ parameters: [Parameter] = [],
        answer: @escaping (Rows) throws -> Response
    ) {
        query = ClusterQuery(statement, parameters)
        self.answer = answer
    }
}
