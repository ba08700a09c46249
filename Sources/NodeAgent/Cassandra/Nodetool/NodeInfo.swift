/// What `nodetool info` tells of the node itself.
package struct NodeInfo: Sendable, Hashable {
    package var hostID: String
    package var datacenter: String
    package var rack: String
    /// Empty unless it was asked with `-T`.
    package var tokens: [String]
    package var gossipActive: Bool
    /// CQL clients are served: native transport, or Thrift where that is all there is.
    package var servesClients: Bool
    package var uptimeSeconds: Int64?

    package init(
        hostID: String, datacenter: String, rack: String, tokens: [String], gossipActive: Bool,
        servesClients: Bool, uptimeSeconds: Int64?
    ) {
        self.hostID = hostID
        self.datacenter = datacenter
        self.rack = rack
        self.tokens = tokens
        self.gossipActive = gossipActive
        self.servesClients = servesClients
        self.uptimeSeconds = uptimeSeconds
    }
}

extension NodetoolReply {
    /// From `info` or `info -T`, of any version.
    package func info() throws(NodetoolError) -> NodeInfo {
        try succeeded()
        var members: [String: String] = [:]
        var tokens: [String] = []
        for line in output.outputLines {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let key = line[..<colon].trimmed
            let value = line[line.index(after: colon)...].trimmed
            if key == "Token" {
                if !value.hasPrefix("(") { tokens.append(value) }
            } else {
                members[key] = value
            }
        }
        guard let hostID = members["ID"], let datacenter = members["Data Center"],
            let rack = members["Rack"]
        else {
            throw NodetoolError(
                code: .unconfirmed, command: command,
                sentence: "it did not tell host id, data center and rack")
        }
        return NodeInfo(
            hostID: hostID, datacenter: datacenter, rack: rack, tokens: tokens,
            gossipActive: members["Gossip active"] == "true",
            servesClients: (members["Native Transport active"] ?? members["Thrift active"])
                == "true",
            uptimeSeconds: members["Uptime (seconds)"].flatMap { Int64($0) })
    }

    /// From `version`: the release, such as `4.1.6`.
    package func releaseVersion() throws(NodetoolError) -> String {
        try succeeded()
        let label = "ReleaseVersion: "
        guard let line = output.outputLines.first(where: { $0.hasPrefix(label) }) else {
            throw NodetoolError(
                code: .unconfirmed, command: command, sentence: "it did not tell its version")
        }
        return line.dropFirst(label.count).trimmed
    }
}
