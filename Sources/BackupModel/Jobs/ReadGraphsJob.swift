/// A backup whose graphs somebody asks for: the payload of a job of kind `read_graphs`.
package struct ReadGraphsJob: Hashable, Sendable, Codable {
    package var tag: BackupTag
    package var destinationID: String

    package init(tag: BackupTag, destinationID: String) {
        self.tag = tag
        self.destinationID = destinationID
    }

    /// What the worker that waits is told.
    package struct Answer: Hashable, Sendable, Codable {
        /// Graph → its keyspaces; `nil` where there was no agent that could read the schema.
        package var graphs: [String: [String]]?

        package init(graphs: [String: [String]]?) {
            self.graphs = graphs
        }
    }
}
