import AgentProtocol
import CLinux
import FoundationEssentials
import Glibc

/// What the agent leaves to Cassandra, of the processors and of the disks.
///
/// It holds for all of the agent and for the tools that it starts. Linux keeps both values for each
/// thread, and a new thread or process has those of the thread that makes it. So would a Cassandra
/// that is started by a command of the agent's own rather than by a service manager.
package struct ProcessPriority: Codable, Sendable, Hashable {
    /// 0, like any process, to 19, last of all: never before Cassandra.
    package var nice: Int?
    /// When its reads and writes have their turn; needs an I/O scheduler that heeds it, such as BFQ.
    package var ioClass: IOClass?
    /// Within the class `best-effort`: 0, first, to 7, last; 4 if missing.
    package var ioLevel: Int?

    /// Classes that do not go before those of other processes.
    package enum IOClass: String, Codable, Sendable, CaseIterable {
        case bestEffort = "best-effort"
        /// Only when nobody else uses the disk.
        case idle
    }

    package init(nice: Int? = nil, ioClass: IOClass? = nil, ioLevel: Int? = nil) {
        self.nice = nice
        self.ioClass = ioClass
        self.ioLevel = ioLevel
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case nice
        case ioClass = "io_class"
        case ioLevel = "io_level"
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        nice = try values.decodeIfPresent(Int.self, forKey: .nice)
        ioLevel = try values.decodeIfPresent(Int.self, forKey: .ioLevel)
        ioClass = try values.decodeIfPresent(String.self, forKey: .ioClass).map { text in
            guard let found = IOClass(rawValue: text) else {
                let known = IOClass.allCases.map(\.rawValue).joined(separator: " or ")
                throw DecodingError.dataCorruptedError(
                    forKey: .ioClass, in: values, debugDescription: "'\(text)' must be \(known)")
            }
            return found
        }
    }

    /// What is wrong with the values, beginning with the key; `nil` where nothing is.
    var problem: String? {
        if let nice, !(0...19).contains(nice) { return "nice: \(nice) must be from 0 to 19" }
        guard let ioLevel else { return nil }
        if ioClass != .bestEffort { return "io_level: goes with io_class: best-effort only" }
        return (0...7).contains(ioLevel) ? nil : "io_level: \(ioLevel) must be from 0 to 7"
    }

    /// Gives it to every thread of this process, and so to all that they will start.
    ///
    /// - Throws: `OperationFailure` that names the key.
    package func apply() throws {
        var done: Set<pid_t> = []
        // A thread may be made by another that does not have it yet: the last round finds none.
        while true {
            let found = try Self.threads().subtracting(done)
            guard !found.isEmpty else { return }
            for thread in found { try apply(to: thread) }
            done.formUnion(found)
        }
    }

    /// Every thread of this process that runs now.
    private static func threads() throws -> Set<pid_t> {
        Set(
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")
                .compactMap { pid_t($0) })
    }

    private func apply(to thread: pid_t) throws {
        if let nice {
            let one = __priority_which_t(PRIO_PROCESS.rawValue)
            try check(setpriority(one, id_t(thread), Int32(nice)), "priority.nice")
        }
        guard let ioClass else { return }
        let (number, level): (Int32, Int32) =
            switch ioClass {
            case .bestEffort: (2, Int32(ioLevel ?? 4))
            case .idle: (3, 0)
            }
        try check(linux_set_io_priority(thread, number, level), "priority.io_class")
    }

    /// A thread that has ended meanwhile needs nothing.
    private func check(_ result: Int32, _ key: String) throws {
        guard result != 0, errno != ESRCH else { return }
        throw OperationFailure(
            code: .denied, object: key,
            message: "\(key): the system refuses it: \(String(cString: strerror(errno)))")
    }
}
