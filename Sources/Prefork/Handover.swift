/// What a master hands to the binary that takes its place: the open descriptors, and its workers.
package struct Handover: Sendable, Equatable, LosslessStringConvertible {
    /// A worker that lives.
    package struct Worker: Sendable, Equatable {
        package var pid: Int32
        package var slot: Int

        package init(pid: Int32, slot: Int) {
            self.pid = pid
            self.slot = slot
        }
    }

    /// The listening socket's descriptor.
    package var socket: Int32
    /// The heartbeat page's descriptor.
    package var heartbeat: Int32
    /// Whether the socket's file is to be removed at the end.
    package var ownsName: Bool
    package var workers: [Worker]

    package init(socket: Int32, heartbeat: Int32, ownsName: Bool, workers: [Worker]) {
        self.socket = socket
        self.heartbeat = heartbeat
        self.ownsName = ownsName
        self.workers = workers
    }

    /// `1 <socket> <heartbeat> <0 or 1> <pid>:<slot>…`; `nil` if it is anything else.
    package init?(_ text: String) {
        let words = text.split(separator: " ")
        guard words.count >= 4, words[0] == "1", let socket = Int32(words[1]),
            let heartbeat = Int32(words[2]), words[3] == "0" || words[3] == "1"
        else { return nil }
        var workers: [Worker] = []
        for word in words[4...] {
            let parts = word.split(separator: ":")
            guard parts.count == 2, let pid = Int32(parts[0]), let slot = Int(parts[1]),
                pid > 1, (0..<HeartbeatPage.slots).contains(slot)
            else { return nil }
            workers.append(Worker(pid: pid, slot: slot))
        }
        self.init(
            socket: socket, heartbeat: heartbeat, ownsName: words[3] == "1", workers: workers)
    }

    package var description: String {
        let head = "1 \(socket) \(heartbeat) \(ownsName ? 1 : 0)"
        return ([head] + workers.map { "\($0.pid):\($0.slot)" }).joined(separator: " ")
    }
}
