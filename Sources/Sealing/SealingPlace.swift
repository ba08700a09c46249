/// The places for which secrets are sealed; whoever seals and whoever unseals name the same one.
package enum SealingPlace {
    /// The secret fields of a destination.
    package static func destination(cluster: String, id: String) -> String {
        "destination \(cluster)/\(id)"
    }

    /// What executors show to an agent.
    package static func agent(cluster: String, host: String) -> String {
        "agent \(cluster)/\(host)"
    }

    /// The payload of a job.
    package static func job(cluster: String) -> String { "job \(cluster)" }

    /// What a webhook's messages are signed with.
    package static func webhook(cluster: String, id: String) -> String {
        "webhook \(cluster)/\(id)"
    }

    /// The secret properties of a cluster's configuration.
    package static func cluster(_ cluster: String) -> String { "cluster \(cluster)" }
}
