/// A destination to be tried by an agent before it is stored: the payload of `validate_destination`.
///
/// The whole of it is sealed in the queue, because it holds the destination's secrets.
package struct ValidateDestinationJob: Hashable, Sendable, Codable {
    package var destination: DestinationDescription

    package init(destination: DestinationDescription) {
        self.destination = destination
    }

    /// What the worker that waits is told.
    package struct Verdict: Hashable, Sendable, Codable {
        /// The provider's own reason, with the node that met it; `nil`: the destination works.
        package var problem: String?

        package init(problem: String?) {
            self.problem = problem
        }
    }
}
