import CLinux
import Glibc

/// Starts processes of this service's own binary.
struct ChildProcess: Sendable {
    /// This process's binary as a path, found out when the process starts, before another binary
    /// can take its place.
    let executable: String
    /// The arguments, the name first: the same for every process of the service.
    let arguments: [String]

    init() throws(PreforkError) {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &bytes, bytes.count)
        guard count > 0 else { throw .system("readlink", "/proc/self/exe") }
        executable = String(decoding: bytes[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
        arguments = CommandLine.arguments
    }

    /// Starts a worker of the binary that runs now, even if another lies at its path meanwhile:
    /// the listening socket is descriptor 3, the heartbeat page 4, the counters 5, and no other is
    /// left open.
    func spawnWorker(
        slot: Int, socket: Int32, heartbeat: Int32, counters: Int32
    ) throws(PreforkError) -> Int32 {
        try spawn(
            "/proc/self/exe",
            variable: "\(Inheritance.workerVariable)=\(slot) \(getpid())",
            descriptors: [
                (socket, Descriptor.socket), (heartbeat, Descriptor.heartbeat),
                (counters, Descriptor.counters),
            ])
    }

    /// Starts a helper of the binary that runs now, with descriptor 3 to talk through and no other.
    func spawnHelper(descriptor: Int32) throws(PreforkError) -> Int32 {
        try spawn(
            "/proc/self/exe", variable: "\(Inheritance.helperVariable)=1",
            descriptors: [(descriptor, Descriptor.socket)])
    }

    /// Starts the binary at the path only to see whether it starts.
    func spawnProbe() throws(PreforkError) -> Int32 {
        try spawn(executable, variable: "\(Inheritance.probeVariable)=1", descriptors: [])
    }

    /// Puts the binary at the path in place of this one. Returns only when that fails.
    func replace(handing handover: Handover) -> PreforkError {
        setenv(Inheritance.handoverVariable, handover.description, 1)
        Descriptor.setCloseOnExec(handover.socket, false)
        Descriptor.setCloseOnExec(handover.heartbeat, false)
        let code = Self.withCStrings(arguments) { arguments in
            execv(executable, arguments)
            return errno
        }
        Descriptor.setCloseOnExec(handover.socket, true)
        Descriptor.setCloseOnExec(handover.heartbeat, true)
        unsetenv(Inheritance.handoverVariable)
        return .system("execv", executable, errno: code)
    }

    private func spawn(
        _ path: String, variable: String, descriptors: [(from: Int32, to: Int32)]
    ) throws(PreforkError) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (from, to) in descriptors {
            posix_spawn_file_actions_adddup2(&actions, from, to)
        }
        posix_spawn_file_actions_addclosefrom_np(&actions, 3 + Int32(descriptors.count))

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = SignalSet([]).set
        posix_spawnattr_setsigmask(&attributes, &none)
        var defaults = SignalSet(MasterSignal.numbers + [SIGPIPE, SIGALRM]).set
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var pid: Int32 = 0
        let code = Self.withCStrings(arguments) { arguments in
            Self.withCStrings(Self.environment(adding: variable)) { environment in
                posix_spawn(&pid, path, &actions, &attributes, arguments, environment)
            }
        }
        guard code == 0 else { throw .system("posix_spawn", executable, errno: code) }
        return pid
    }

    private static func environment(adding variable: String) -> [String] {
        var variables: [String] = []
        var entry = environ
        while let text = entry.pointee {
            variables.append(String(cString: text))
            entry += 1
        }
        let dropped = ServiceManager.variables
        variables.removeAll { text in dropped.contains { text.hasPrefix($0 + "=") } }
        return variables + [variable]
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers)
    }
}
