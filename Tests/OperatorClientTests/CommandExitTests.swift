import OperatorClient
import Testing

@Suite struct CommandExitTests {
    @Test(
        arguments: [
            (400, CommandExit.refused), (401, .notPermitted), (403, .notPermitted),
            (404, .notFound),
            (409, .tryLater), (429, .tryLater), (500, .unavailable), (503, .unavailable),
            (504, .unavailable), (nil, .unavailable),
        ] as [(Int?, CommandExit)])
    func `a failed call has the status that scripts can act on`(status: Int?, exit: CommandExit) {
        #expect(ServiceFailure(status: status, type: "", message: "").exitCode == exit)
    }

    @Test(arguments: [
        ("success", CommandExit.success), ("partial", .partial), ("error", .failed),
        ("cancelled", .cancelled), ("something new", .failed),
    ])
    func `only success is success`(state: String, exit: CommandExit) {
        #expect(CommandExit(state: state) == exit)
    }
}
