import Glibc
import Logging
import Prefork
import SCGI

// A service for tests: answers SCGI requests with its process id and generation.
//
// Arguments: KEY=VALUE …; see FixtureSettings.

let settings = try FixtureSettings(CommandLine.arguments.dropFirst())
let logger = Logger(label: "prefork-fixture")
let inheritance = try Inheritance.take()
switch inheritance {
case .probe:
    exit(0)
case .helper:
    try HelperProcess.answer { question in
        if question.isEmpty { exit(3) }
        return Array(question.reversed())
    }
case .worker(let slot, let master):
    if settings.read().behaviour == "die" { exit(3) }
    let worker = try WorkerProcess(
        slot: slot, master: master, settings: settings.worker, logger: logger)
    let service = FixtureService(waiting: try worker.waitingSlots(), worker: worker)
    try worker.run(service.answer)
case .none, .handover:
    let loop = try SupervisorLoop(
        settings: settings.read().master, address: settings.address, pidFile: settings.pidFile,
        inheritance: inheritance, logger: logger, reload: { settings.read().master })
    try loop.run()
}
