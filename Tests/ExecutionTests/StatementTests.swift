import Execution
import Statements
import Testing

@Test func `every statement that executors run is in sql`() throws {
    for statement in ExecutionStatement.allCases {
        #expect(try !SQLText.statement(statement.rawValue).text.isEmpty)
    }
}
