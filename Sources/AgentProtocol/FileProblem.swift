/// What is wrong with one file of a backup.
package struct FileProblem: Codable, Sendable, Hashable {
    package var keyspace: String
    package var table: String
    /// The object's name on a destination, the file's on a node.
    package var file: String
    /// A sentence for a person.
    package var problem: String

    package init(keyspace: String, table: String, file: String, problem: String) {
        self.keyspace = keyspace
        self.table = table
        self.file = file
        self.problem = problem
    }
}
