package import Postgres
import Statements

/// One statement about one cluster, with its parameters.
package struct ClusterQuery: Hashable {
    let statement: APIStatement
    /// All but the first, which is the cluster's id.
    let parameters: [Parameter]

    package init(_ statement: APIStatement, _ parameters: [Parameter] = []) {
        self.statement = statement
        self.parameters = parameters
    }

    /// The statement with all its parameters.
    func bound(cluster id: String) throws -> BoundStatement {
        try statement.bound([.text(id)] + parameters)
    }
}
