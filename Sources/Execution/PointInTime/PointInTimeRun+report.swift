package import AgentProtocol

extension PointInTimeRun {
    /// What the request keeps in `details.point_in_time`.
    package struct Report: Encodable, Sendable {
        /// Address → how the node stands.
        package var nodes: [String: ReplayStage]
    }

    package var report: Report {
        Report(
            nodes: Dictionary(
                plan.members.map { ($0.node.address, stages[$0.node.hostID] ?? .untouched) },
                uniquingKeysWith: { $1 }))
    }

    /// A reason with what it means for each node.
    func explained(_ reason: String) -> String {
        let nodes = report.nodes
        guard nodes.values.contains(where: { $0 > .untouched }) else { return reason }
        func named(_ stages: Set<ReplayStage>, _ words: String) -> String? {
            let addresses = nodes.filter { stages.contains($0.value) }.keys.sorted()
            return addresses.isEmpty ? nil : "\(words): \(addresses.joined(separator: ", "))."
        }
        return [
            reason,
            named([.replayed], "Restored and up"),
            named([.placed], "Down, the snapshot in place and its commitlogs not replayed"),
            named([.emptying, .emptied], "Down, the snapshot not in place"),
            named([.untouched], "Not touched"),
            "The same restore asked for again goes on from there.",
        ].compactMap { $0 }.joined(separator: " ")
    }
}
