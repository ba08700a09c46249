package import AgentProtocol
package import BackupModel

/// What a verification has found, over all nodes. Pure.
package struct VerifyVerdict: Hashable, Sendable {
    /// A problem as the catalog keeps it and the API shows it.
    package struct Problem: Codable, Hashable, Sendable {
        /// The node that looked, by its address.
        package var node: String
        package var keyspace: String?
        package var table: String?
        package var file: String?
        package var problem: String

        enum CodingKeys: String, CodingKey {
            case node, keyspace, file, problem
            case table = "cf"
        }
    }

    /// Problems that are kept of all nodes together.
    private static let kept = 1_000
    /// Problems that the message names.
    private static let named = 3

    package private(set) var problems: [Problem] = []
    /// Problems in all, also those that are not kept one by one.
    package private(set) var problemCount = 0
    package private(set) var files = 0
    package private(set) var readBytes: Int64 = 0
    package private(set) var unverified = 0
    private var isComplete = true

    package init() {}

    /// A node has looked at a part.
    package mutating func add(_ result: VerifyBackup.Result, from node: String) {
        files += result.files
        readBytes += result.readBytes
        unverified += result.unverified
        problemCount += result.problemCount
        for found in result.problems where problems.count < Self.kept {
            problems.append(
                Problem(
                    node: node, keyspace: found.keyspace, table: found.table, file: found.file,
                    problem: found.problem))
        }
    }

    /// A part is not what it should be as a whole, or could not be looked at.
    ///
    /// - Parameter isDamage: whether the backup is to blame, and not whoever should have looked.
    package mutating func add(failure: String, of node: String, isDamage: Bool) {
        problemCount += 1
        if !isDamage { isComplete = false }
        if problems.count < Self.kept {
            problems.append(Problem(node: node, problem: failure))
        }
    }

    /// Nothing wrong; something wrong with the backup; or not all of it could be looked at.
    package var outcome: Outcome {
        if problemCount == 0 { return .success }
        return isComplete || problems.contains { $0.file != nil } ? .error : .partial
    }

    /// What was found, in a sentence with the first files by name.
    package var message: String? {
        guard problemCount > 0 else {
            guard unverified > 0 else { return nil }
            return "Nothing proves the content of \(unverified) of \(files) files: OpsCenter, "
                + "which wrote them, noted no hash and Cassandra no digest."
        }
        let first = problems.prefix(Self.named).map { problem in
            "node \(problem.node): " + (problem.file.map { "\($0): " } ?? "") + problem.problem
        }
        let rest = problemCount - first.count
        return first.joined(separator: "; ") + (rest > 0 ? "; and \(rest) more" : "")
    }
}
