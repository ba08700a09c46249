import API
import Glibc
import Logging
import Passwords
import Prefork
import Settings

// The API's master and its workers: the same program, told apart by what it inherits.

LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
var logger = Logger(label: "api")
do {
    let inheritance = try Inheritance.take()
    if inheritance == .helper {
        // It needs no settings.
        try HelperProcess.answer { try PasswordQuestion(bytes: $0).answer() }
        exit(0)
    }
    if CommandLine.arguments.last == "--check" {
        SettingsReport { try APIProcessSettings(arguments: CommandLine.arguments).check() }
            .tellAndExit()
    }
    let settings = try APIProcessSettings(arguments: CommandLine.arguments)
    logger.logLevel = settings.logLevel
    switch inheritance {
    case .helper, .probe:
        exit(0)
    case .worker(let slot, let master):
        try APIWorker(settings: settings, logger: logger).run(slot: slot, master: master)
    case .none, .handover:
        let loop = try SupervisorLoop(
            settings: settings.master, address: .unix(path: settings.socket),
            pidFile: settings.pidFile, inheritance: inheritance, logger: logger,
            reload: { try APIProcessSettings(arguments: CommandLine.arguments).master })
        try loop.run()
    }
} catch {
    logger.critical("\(error)")
    exit(1)
}
