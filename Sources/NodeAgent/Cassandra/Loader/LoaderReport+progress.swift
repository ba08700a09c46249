extension LoaderReport {
    /// Takes in `Streaming relevant part of A-Data.db B-Data.db to [/127.0.0.1:7000, …]`.
    mutating func readAnnouncement(_ line: String) {
        announced += line.words.count { $0.hasSuffix("-Data.db") }
        guard let list = line.split(separator: " to [").last, list.hasSuffix("]") else {
            namesTargets = false
            return
        }
        for address in list.dropLast().split(separator: ", ") {
            announcedTargets.insert(String(address.drop { $0 == "/" }))
        }
    }

    /// Takes in a line of progress, of either form:
    ///
    /// - `progress: [/127.0.0.1:7000]0:7/7 100% [/127.0.0.2:7000]0:1/7 66 % total: 83% …`, where
    ///   `0:` is the number of a session and a node may have several;
    /// - `progress: [/127.0.9.1 1/1 (100)] [total: 100 - 0MB/s (avg: 0MB/s)]` (version 1.2).
    mutating func readProgress(_ line: String) {
        var targets: [String: Target] = [:]
        for part in line.split(separator: "[/").dropFirst() {
            let address = part.prefix { $0 != "]" && !$0.isWhitespace }
            var target = Target(sent: 0, total: 0)
            for word in part.dropFirst(address.count).split(whereSeparator: {
                $0.isWhitespace || $0 == "]" || $0 == "[" || $0 == ")"
            }) {
                if word.hasPrefix("total") { break }
                let counts = word.split(separator: ":").last?.split(separator: "/") ?? []
                guard counts.count == 2, let sent = Int(counts[0]), let total = Int(counts[1])
                else { continue }
                target.sent += sent
                target.total += total
            }
            targets[String(address)] = target
        }
        if !targets.isEmpty { self.targets = targets }
        if let total = line.split(separator: "total: ").last?.prefix(while: \.isNumber),
            let percent = Int(total)
        {
            self.percent = min(100, percent)
        }
    }

    /// The part of all bytes to all nodes that was sent, for people to look at: below 1, for the tool's
    /// word proves nothing. Its own sum counts only nodes to which it has begun to send.
    ///
    /// - Parameter ignoring: addresses of nodes that the tool was told to leave out.
    package func part(ignoring: [String] = []) -> Double {
        let awaited = awaited(ignoring: ignoring)
        guard !awaited.isEmpty else { return 0 }
        let begun = awaited.count { (targets[$0]?.total ?? 0) > 0 }
        return min(0.99, Double(percent) / 100 * Double(begun) / Double(awaited.count))
    }
}
