/// One node's line of `nodetool status`.
package struct NodeStatus: Sendable, Hashable {
    package enum Movement: String, Sendable {
        case normal = "N"
        case leaving = "L"
        case joining = "J"
        case moving = "M"
    }

    package var address: String
    package var hostID: String
    package var datacenter: String
    package var rack: String
    package var isUp: Bool
    package var movement: Movement

    package init(
        address: String, hostID: String, datacenter: String, rack: String, isUp: Bool,
        movement: Movement
    ) {
        self.address = address
        self.hostID = hostID
        self.datacenter = datacenter
        self.rack = rack
        self.isUp = isUp
        self.movement = movement
    }
}

extension NodetoolReply {
    /// From `status`: every node of the cluster as this node sees it.
    package func status() throws(NodetoolError) -> [NodeStatus] {
        try succeeded()
        var datacenter = ""
        var tokenBeforeRack = false
        var nodes: [NodeStatus] = []
        for line in output.outputLines {
            if line.hasPrefix("Datacenter: ") {
                datacenter = line.dropFirst("Datacenter: ".count).trimmed
            } else if line.hasPrefix("--") {
                // Clusters without virtual nodes: `… Host ID  Token  Rack`.
                let words = line.words
                tokenBeforeRack = words.dropLast().last == "Token"
            } else if let node = Self.node(
                line, datacenter: datacenter, tokenBeforeRack: tokenBeforeRack)
            {
                nodes.append(node)
            }
        }
        guard !nodes.isEmpty else {
            throw NodetoolError(
                code: .unconfirmed, command: command, sentence: "it listed no node")
        }
        return nodes
    }

    private static func node(
        _ line: Substring, datacenter: String, tokenBeforeRack: Bool
    ) -> NodeStatus? {
        let words = line.words
        guard words.count >= 4, let state = words.first, state.count == 2,
            let first = state.first, "UD?".contains(first),
            let movement = state.last.flatMap({ NodeStatus.Movement(rawValue: String($0)) }),
            let id = words.firstIndex(where: { isHostID($0) })
        else { return nil }
        let rack = words[(id + 1)...].dropFirst(tokenBeforeRack ? 1 : 0)
        return NodeStatus(
            address: String(words[1]), hostID: words[id].lowercased(), datacenter: datacenter,
            rack: rack.joined(separator: " "), isUp: first == "U", movement: movement)
    }

    private static func isHostID(_ word: Substring) -> Bool {
        word.utf8.count == 36 && word.split(separator: "-").map(\.count) == [8, 4, 4, 4, 12]
    }
}
