import Postgres
import SCGI
import Statements

/// One statement that answers a call by itself: what it asks, and what is made of its rows.
package struct ClusterRead {
    let statement: APIStatement
    /// All but the first, which is the cluster's id.
    let parameters: [Parameter]
    let answer: (Rows) throws -> Response

    init(
        _ statement: APIStatement, _ parameters: [Parameter] = [],
        answer: @escaping (Rows) throws -> Response
    ) {
        self.statement = statement
        self.parameters = parameters
        self.answer = answer
    }

    /// The statement with all its parameters.
    func bound(cluster id: String) throws -> BoundStatement {
        try statement.bound([.text(id)] + parameters)
    }
}
