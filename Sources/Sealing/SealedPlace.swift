/// What sealed values are bound to; whoever seals and whoever unseals must name the same place.
package enum SealedPlace {
    /// The secret fields of a destination, `destination.sealed_secrets`.
    package static func destination(cluster: String, id: String) -> String {
        "destination \(cluster)/\(id)"
    }

    /// What executors show to a node's agent, `node.sealed_executor_secret`.
    package static func executorSecret(cluster: String, hostID: String) -> String {
        "executor secret \(cluster)/\(hostID)"
    }

    /// A job's payload, `job.sealed_payload`.
    ///
    /// - Parameter kind: the raw value of the job's kind.
    package static func jobPayload(cluster: String, kind: String) -> String {
        "job payload \(cluster)/\(kind)"
    }
}
