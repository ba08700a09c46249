/// What `nodetool describecluster` tells. Version 1.2 does not know the command.
package struct ClusterDescription: Sendable, Hashable {
    package var name: String
    package var partitioner: String
    /// Schema version → addresses of the nodes that have it.
    package var schemaVersions: [String: [String]]
    package var unreachable: [String]

    package init(
        name: String, partitioner: String, schemaVersions: [String: [String]],
        unreachable: [String]
    ) {
        self.name = name
        self.partitioner = partitioner
        self.schemaVersions = schemaVersions
        self.unreachable = unreachable
    }

    /// Every node that can be reached has the same schema.
    package var schemaAgrees: Bool { schemaVersions.count == 1 }
}

extension NodetoolReply {
    /// From `describecluster`.
    package func clusterDescription() throws(NodetoolError) -> ClusterDescription {
        try succeeded()
        var description = ClusterDescription(
            name: "", partitioner: "", schemaVersions: [:], unreachable: [])
        var inVersions = false
        for line in output.outputLines {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let key = line[..<colon].trimmed
            let value = line[line.index(after: colon)...].trimmed
            if value.hasPrefix("["), value.hasSuffix("]") {
                guard inVersions else { continue }
                let nodes = value.dropFirst().dropLast().split(separator: ",").map(\.trimmed)
                if key == "UNREACHABLE" {
                    description.unreachable = nodes
                } else {
                    description.schemaVersions[key] = nodes
                }
                continue
            }
            inVersions = key == "Schema versions"
            if key == "Name" { description.name = value }
            if key == "Partitioner" { description.partitioner = value }
        }
        guard !description.name.isEmpty, !description.schemaVersions.isEmpty else {
            throw NodetoolError(
                code: .unconfirmed, command: command,
                sentence: "it did not tell the cluster's name and schema versions")
        }
        return description
    }
}
