import Catalog
import Execution
import Statements
import Testing

@Test func `every statement that executors run is in sql`() throws {
    for statement in ExecutionStatement.allCases {
        #expect(try !SQLText.statement(statement.rawValue).text.isEmpty)
    }
}

@Test func `every statement of schedules is in sql`() throws {
    for statement in ScheduleStatement.allCases {
        #expect(try !SQLText.statement(statement.rawValue).text.isEmpty)
    }
}

@Test func `every statement of commitlog archiving is in sql`() throws {
    for statement in ArchiveStatement.allCases {
        #expect(try !SQLText.statement(statement.rawValue).text.isEmpty)
    }
}

@Test func `every statement of webhooks is in sql`() throws {
    for statement in WebhookStatement.allCases {
        #expect(try !SQLText.statement(statement.rawValue).text.isEmpty)
    }
}
