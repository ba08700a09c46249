/// What gossip knows of one node.
package struct GossipState: Sendable, Hashable {
    package var address: String
    /// Application states by their names, such as `HOST_ID`, `SCHEMA`, `DC`, `RACK`,
    /// `RELEASE_VERSION`, `STATUS`; without the version number that newer nodetools print.
    package var values: [String: String]

    package init(address: String, values: [String: String]) {
        self.address = address
        self.values = values
    }

    package var hostID: String? { values["HOST_ID"] }
    package var schemaVersion: String? { values["SCHEMA"] }
    package var releaseVersion: String? { values["RELEASE_VERSION"] }

    /// A member of the ring that was not shut down. Whether it answers just now, gossip's states do
    /// not tell; `nodetool status` does.
    package var isMember: Bool {
        let status = values["STATUS_WITH_PORT"] ?? values["STATUS"] ?? ""
        return !["shutdown", "LEFT", "removed", "hibernate", "removing"].contains {
            status.hasPrefix($0)
        }
    }
}

extension NodetoolReply {
    /// From `gossipinfo`, of any version.
    package func gossip() throws(NodetoolError) -> [GossipState] {
        try succeeded()
        var states: [GossipState] = []
        for line in output.outputLines {
            if line.first?.isWhitespace == true {
                guard let colon = line.firstIndex(of: ":"), !states.isEmpty else { continue }
                let value = line[line.index(after: colon)...].trimmed
                states[states.count - 1].values[line[..<colon].trimmed] = value
            } else if let slash = line.firstIndex(of: "/") {
                let address = line[line.index(after: slash)...].trimmed
                states.append(GossipState(address: address, values: [:]))
            }
        }
        guard !states.isEmpty else {
            throw NodetoolError(
                code: .unconfirmed, command: command, sentence: "it listed no node")
        }
        return states.map(Self.withoutVersions)
    }

    /// Newer nodetools print `KEY:version:value`; a host id has no colon of its own and tells.
    private static func withoutVersions(_ state: GossipState) -> GossipState {
        guard let hostID = state.values["HOST_ID"], hostID.contains(":") else { return state }
        var plain = state
        for (key, value) in state.values where key.first?.isUppercase == true {
            guard let colon = value.firstIndex(of: ":") else { continue }
            plain.values[key] = String(value[value.index(after: colon)...])
        }
        return plain
    }
}
