/// Destinations that are to be read, so that the catalog follows them: the payload of a job of kind
/// `read_destinations`.
package struct ReadDestinationsJob: Hashable, Sendable, Codable {
    /// One destination; `nil` for all of the cluster.
    package var destinationID: String?

    package init(destinationID: String?) {
        self.destinationID = destinationID
    }

    /// What the worker that waits is told.
    package struct Answer: Hashable, Sendable, Codable {
        /// Whether there was no agent that could read anything.
        package var isAgentMissing: Bool
        /// Why a destination could not be read, by its id; empty when all were.
        package var problems: [String: String]

        package init(isAgentMissing: Bool = false, problems: [String: String] = [:]) {
            self.isAgentMissing = isAgentMissing
            self.problems = problems
        }
    }
}
