/// One line of `nodetool ring`: a token and who owns it.
package struct RingEntry: Sendable, Hashable {
    package var address: String
    package var datacenter: String
    package var rack: String
    package var isUp: Bool
    package var token: String

    package init(address: String, datacenter: String, rack: String, isUp: Bool, token: String) {
        self.address = address
        self.datacenter = datacenter
        self.rack = rack
        self.isUp = isUp
        self.token = token
    }
}

extension NodetoolReply {
    /// From `ring`: every token of the cluster, in ring order within each data center.
    package func ring() throws(NodetoolError) -> [RingEntry] {
        try succeeded()
        var datacenter = ""
        var entries: [RingEntry] = []
        for line in output.outputLines {
            if line.hasPrefix("Datacenter: ") {
                datacenter = line.dropFirst("Datacenter: ".count).trimmed
                continue
            }
            let words = line.words
            guard let state = words.firstIndex(where: { ["Up", "Down", "?"].contains($0) }),
                state >= 2, words.count >= state + 4, let token = words.last
            else { continue }
            entries.append(
                RingEntry(
                    address: String(words[0]), datacenter: datacenter,
                    rack: words[1..<state].joined(separator: " "), isUp: words[state] == "Up",
                    token: String(token)))
        }
        guard !entries.isEmpty else {
            throw NodetoolError(
                code: .unconfirmed, command: command, sentence: "it listed no token")
        }
        return entries
    }
}
