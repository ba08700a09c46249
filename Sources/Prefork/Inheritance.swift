import Glibc

/// What a process finds of the one that started it.
package enum Inheritance: Sendable, Equatable {
    /// Nothing: it is the master.
    case none
    /// It is a worker of a master, with a line of the heartbeat page.
    case worker(slot: Int, master: Int32)
    /// It answers one question of a worker: see ``HelperProcess``.
    case helper
    /// It was started only to show that this binary starts.
    case probe
    /// It is the master, and goes on where the binary before it was.
    case handover(Handover)

    static let workerVariable = "PREFORK_WORKER"
    static let probeVariable = "PREFORK_PROBE"
    static let helperVariable = "PREFORK_HELPER"
    static let handoverVariable = "PREFORK_HANDOVER"

    /// Reads, and removes from the environment, what was handed to this process.
    package static func take() throws(PreforkError) -> Inheritance {
        if let text = takeVariable(probeVariable), text == "1" { return .probe }
        if let text = takeVariable(helperVariable), text == "1" { return .helper }
        if let text = takeVariable(workerVariable) {
            let numbers = text.split(separator: " ").map { Int32($0) }
            guard numbers.count == 2, let slot = numbers[0], let master = numbers[1],
                (0..<HeartbeatPage.slots).contains(Int(slot))
            else {
                throw PreforkError(.badHandover, workerVariable, "It cannot be read.")
            }
            return .worker(slot: Int(slot), master: master)
        }
        if let text = takeVariable(handoverVariable) {
            guard let handover = Handover(text) else {
                throw PreforkError(.badHandover, handoverVariable, "It cannot be read.")
            }
            return .handover(handover)
        }
        return .none
    }

    private static func takeVariable(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        let text = String(cString: value)
        unsetenv(name)
        return text
    }
}
