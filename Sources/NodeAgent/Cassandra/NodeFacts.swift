package import AgentProtocol
package import BackupModel

/// What nodetool says about the node itself: `info -T` and `gossipinfo`, of 1.2 and of newer versions.
package struct NodeFacts: Sendable, Hashable {
    package var hostID: HostID
    package var datacenter: String
    package var rack: String
    package var tokens: [String]
    /// The schema version of every node that gossip knows as normal, by address.
    package var schemaVersions: [String: String]
    package var cassandraVersion: String

    /// Reads the two outputs; `address` is the node's own.
    package init(info: ToolOutput, gossip: ToolOutput, address: String) throws(OperationFailure) {
        try NodetoolVerdict.quiet(info, command: "info")
        try NodetoolVerdict.quiet(gossip, command: "gossipinfo")
        var fields: [String: String] = [:]
        var tokens: [String] = []
        for line in info.standardOutput.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let name = line[..<colon].trimmed
            let value = line[line.index(after: colon)...].trimmed
            if name == "Token" {
                tokens.append(value)
            } else if fields[name] == nil {
                fields[name] = value
            }
        }
        guard let id = fields["ID"], let hostID = try? HostID(id) else {
            throw OperationFailure(
                code: .tool, object: "info", message: "nodetool info names no host id.")
        }
        self.hostID = hostID
        datacenter = fields["Data Center"] ?? ""
        rack = fields["Rack"] ?? ""
        self.tokens = tokens
        let endpoints = Self.endpoints(gossip.standardOutput)
        schemaVersions = endpoints.compactMapValues { states in
            let status = states["STATUS_WITH_PORT"] ?? states["STATUS"] ?? "NORMAL"
            return status.hasPrefix("NORMAL") ? states["SCHEMA"] : nil
        }
        cassandraVersion = endpoints[address]?["RELEASE_VERSION"] ?? ""
    }

    /// Whether all nodes report one schema version.
    package var schemaAgrees: Bool { Set(schemaVersions.values).count <= 1 }

    /// Address → application state → value. Newer versions print `STATE:version:value`.
    static func endpoints(_ text: String) -> [String: [String: String]] {
        var endpoints: [String: [String: String]] = [:]
        var address = ""
        for line in text.split(separator: "\n") {
            if !line.hasPrefix(" "), let slash = line.firstIndex(of: "/") {
                address = line[line.index(after: slash)...].trimmed
                if let colon = address.firstIndex(of: ":"), address.filter({ $0 == ":" }).count == 1
                {
                    address = String(address[..<colon])
                }
                endpoints[address] = [:]
            } else if let colon = line.firstIndex(of: ":") {
                let name = line[..<colon].trimmed
                var value = line[line.index(after: colon)...]
                if let second = value.firstIndex(of: ":"), !value[..<second].isEmpty,
                    value[..<second].allSatisfy(\.isNumber)
                {
                    value = value[value.index(after: second)...]
                }
                endpoints[address, default: [:]][name] = value.trimmed
            }
        }
        return endpoints
    }
}
