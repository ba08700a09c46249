package import BackupModel

/// Which hosts hold which part of a keyspace, as Cassandra's replication strategies place it. Pure.
package struct TokenRing: Sendable {
    /// A host on the ring.
    package struct Member: Hashable, Sendable, Codable {
        package var host: HostID
        package var datacenter: String
        package var rack: String
        package var tokens: [String]

        package init(host: HostID, datacenter: String, rack: String, tokens: [String]) {
            self.host = host
            self.datacenter = datacenter
            self.rack = rack
            self.tokens = tokens
        }
    }

    private let members: [HostID: Member]
    private let places: [(token: Token, host: HostID)]

    package init(_ members: [Member]) {
        self.members = Dictionary(members.map { ($0.host, $0) }, uniquingKeysWith: { $1 })
        places = members.flatMap { member in
            member.tokens.map { (token: Token($0), host: member.host) }
        }.sorted { $0.token < $1.token }
    }

    /// The ranges of the ring in order, each with the hosts that hold it.
    ///
    /// - Parameter replication: options of the strategy, `class` among them.
    package func replicas(
        _ replication: [String: String]
    ) -> [(range: TokenRange, hosts: Set<HostID>)] {
        let strategy = replication["class"].map { $0.split(separator: ".").last ?? "" } ?? ""
        return places.indices.map { index in
            let before = places[index == 0 ? places.count - 1 : index - 1].token
            return (
                TokenRange(start: before, end: places[index].token),
                hosts(from: index, strategy: String(strategy), replication)
            )
        }
    }

    /// The ranges of which no host is among these, neighbours joined.
    package func ranges(
        _ replication: [String: String], heldByNoneOf hosts: Set<HostID>
    ) -> [TokenRange] {
        var found: [TokenRange] = []
        for (range, replicas) in self.replicas(replication) where replicas.isDisjoint(with: hosts) {
            if let last = found.last, last.end == range.start {
                found[found.count - 1].end = range.end
            } else {
                found.append(range)
            }
        }
        // The last range of the list may go on in the first.
        if found.count > 1, let first = found.first, let last = found.last, last.end == first.start
        {
            found[0].start = last.start
            found.removeLast()
        }
        return found
    }

    /// The part of a keyspace's rows that each host holds, 0 to 1.
    package func ownership(_ replication: [String: String]) -> [HostID: Double] {
        let ranges = replicas(replication)
        // Murmur3's ring has 2^64 places, the random partitioner's 2^127.
        let ring = places.contains { $0.token.text.utf8.count > 20 } ? 0x1p127 : 0x1p64
        var parts: [HostID: Double] = [:]
        for (range, hosts) in ranges {
            let part = range.share(of: ring) ?? 1 / Double(ranges.count)
            for host in hosts { parts[host, default: 0] += part }
        }
        return parts.mapValues { min($0, 1) }
    }

    private func hosts(
        from index: Int, strategy: String, _ replication: [String: String]
    ) -> Set<HostID> {
        switch strategy {
        case "SimpleStrategy", "OldNetworkTopologyStrategy":
            Set(
                inOrder(from: index).prefix(Self.factor(replication["replication_factor"])).map(
                    \.host))
        case "NetworkTopologyStrategy":
            Set(
                replication.filter { $0.key != "class" }.flatMap { datacenter, factor in
                    hosts(from: index, in: datacenter, factor: Self.factor(factor))
                })
        default:
            // EverywhereStrategy, LocalStrategy and others: every host has all of it.
            Set(members.keys)
        }
    }

    /// `3`, or `3/1` where one of them is transient.
    private static func factor(_ text: String?) -> Int {
        Int(text?.split(separator: "/").first ?? "") ?? 1
    }

    /// The hosts in the order of the ring, each once.
    private func inOrder(from index: Int) -> [Member] {
        var seen: Set<HostID> = []
        return places.indices.compactMap { offset in
            let host = places[(index + offset) % places.count].host
            return seen.insert(host).inserted ? members[host] : nil
        }
    }

    /// The first of each rack, and others only for as many replicas as there are too few racks.
    private func hosts(from index: Int, in datacenter: String, factor: Int) -> [HostID] {
        let candidates = inOrder(from: index).filter { $0.datacenter == datacenter }
        var repeats = factor - Set(candidates.map(\.rack)).count
        var racks: Set<String> = []
        var chosen: [HostID] = []
        for member in candidates where chosen.count < factor {
            if racks.insert(member.rack).inserted {
                chosen.append(member.host)
            } else if repeats > 0 {
                repeats -= 1
                chosen.append(member.host)
            }
        }
        return chosen
    }
}
