/// Does pieces of work at the same time and tells their outcomes in the order in which they were
/// submitted. What is held is bounded by the width, however many pieces there are.
///
/// - Parameters:
///   - width: pieces that are worked on at once.
///   - each: is told every outcome, one at a time.
///   - submitting: hands in the pieces; handing one in waits while there are enough.
/// - Throws: what `submitting`, a piece or `each` throws first; the other pieces are cancelled.
func inOrder<Outcome: Sendable>(
    width: Int,
    submitting: (
        _ submit: (@escaping @Sendable () async throws -> Outcome) async throws -> Void
    ) async throws -> Void,
    each: @escaping (Outcome) async throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: (Int, Outcome).self) { group in
        var begun = 0
        var told = 0
        var waiting: [Int: Outcome] = [:]
        func awaitOne() async throws {
            if let (number, outcome) = try await group.next() { waiting[number] = outcome }
            while let outcome = waiting.removeValue(forKey: told) {
                told += 1
                try await each(outcome)
            }
        }
        try await submitting { work in
            // One slow piece may be overtaken by many, but not by any number.
            while begun - told - waiting.count >= width || begun - told >= 16 * width {
                try await awaitOne()
            }
            let number = begun
            begun += 1
            group.addTask { (number, try await work()) }
        }
        while told < begun { try await awaitOne() }
    }
}
