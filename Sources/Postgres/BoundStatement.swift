/// A statement with its parameters, to be sent together with others.
package struct BoundStatement: Sendable, Hashable {
    package var statement: Statement
    package var parameters: [Parameter]

    package init(_ statement: Statement, _ parameters: [Parameter] = []) {
        self.statement = statement
        self.parameters = parameters
    }
}
