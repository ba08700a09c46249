import AgentProtocol
import NodeAgent
import Testing

@Suite struct ProcessPriorityTests {
    private func configuration(_ priority: String) throws -> AgentConfiguration {
        try AgentConfiguration(lines: "priority: \(priority)")
    }

    @Test(arguments: [
        ("{nice: 10}", ProcessPriority(nice: 10)),
        ("{io_class: idle}", ProcessPriority(ioClass: .idle)),
        (
            "{nice: 0, io_class: best-effort, io_level: 7}",
            ProcessPriority(nice: 0, ioClass: .bestEffort, ioLevel: 7)
        ),
    ])
    func `it is read from the settings file`(text: String, priority: ProcessPriority) throws {
        #expect(try configuration(text).priority == priority)
    }

    @Test(arguments: [
        ("{nice: -1}", "priority.nice: -1 must be from 0 to 19"),
        ("{nice: 20}", "priority.nice: 20 must be from 0 to 19"),
        ("{nice: much}", "priority.nice:"),
        ("{io_class: realtime}", "priority.io_class: 'realtime' must be best-effort or idle"),
        ("{io_class: best-effort, io_level: 8}", "priority.io_level: 8 must be from 0 to 7"),
        ("{io_class: idle, io_level: 3}", "priority.io_level: goes with io_class: best-effort"),
        ("{io_level: 3}", "priority.io_level: goes with io_class: best-effort"),
    ])
    func `a value that cannot be is refused by its key`(text: String, message: String) {
        let failure = #expect(throws: OperationFailure.self) { _ = try configuration(text) }
        #expect(
            failure?.code == .invalid && failure?.message.contains(message) == true, "\(failure)")
    }
}
