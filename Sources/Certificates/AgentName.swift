/// Which agent a certificate is of: that of a cluster's host, as it last joined.
///
/// An agent that joins anew gets another enrolment, so its earlier certificates hold no more.
package struct AgentName: Hashable, Sendable {
    package let cluster: String
    /// Cassandra's host id.
    package let host: String
    /// A UUID in lower case.
    package let enrolment: String

    package init(cluster: String, host: String, enrolment: String) {
        self.cluster = cluster
        self.host = host
        self.enrolment = enrolment
    }

    /// The name in the certificate that an executor asks for. It stands in no DNS: TLS compares it.
    package var dns: String { "\(host).\(enrolment).agent.helenus.internal" }

    /// The name by which an agent knows its certificate, and a person a stranger's.
    package var uri: String { Self.uri(cluster: cluster, host: host) }

    package static func uri(cluster: String, host: String) -> String {
        "helenus:agent/\(cluster)/\(host)"
    }
}
