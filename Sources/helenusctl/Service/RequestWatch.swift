import FoundationEssentials
import Glibc
import OperatorClient

/// Waits for the end of a request.
struct RequestWatch {
    private static let pause = Duration.milliseconds(500)
    /// The service may be started anew meanwhile; the request goes on.
    private static let longestAbsence = Duration.seconds(120)

    let client: ServiceClient
    let options: ServiceOptions

    /// Draws its progress on a terminal until it has ended, and tells how.
    func end(of request: String) async throws -> CommandExit {
        let draws = isatty(STDERR_FILENO) == 1 && !options.json
        var meter = ProgressMeter()
        var lastAnswer = ContinuousClock.now
        let begun = ContinuousClock.now
        while true {
            do {
                let data = try await client.call("GET", ["request", request, "status"])
                let status = try JSONDecoder().decode(RequestStatus.self, from: data)
                lastAnswer = .now
                if draws {
                    let seconds = begun.duration(to: .now) / .seconds(1)
                    draw(
                        meter.line(
                            status.progress, state: "\(status.type): \(status.state)", at: seconds,
                            columns: columns))
                }
                if !status.isRunning {
                    if draws { draw("") }
                    try tell(status, data)
                    return CommandExit(state: status.state)
                }
            } catch let failure as ServiceFailure
                where failure.exitCode == .unavailable
                && lastAnswer.duration(to: .now) < Self.longestAbsence
            {
                if draws { draw(failure.message) }
            }
            try await Task.sleep(for: Self.pause)
        }
    }

    private func tell(_ status: RequestStatus, _ data: Data) throws {
        try options.tell(data, as: RequestStatus.self) { status in
            let length = Span(seconds: (status.finished ?? status.started) - status.started)
            let message = status.details.message.flatMap { $0.isEmpty ? nil : ": \($0)" } ?? ""
            return [
                "\(status.type) \(status.tag ?? status.id): \(status.state) in \(length)\(message)"
            ]
        }
    }

    private var columns: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// In the place of the line before.
    private func draw(_ line: String) { tellError("\r\u{1B}[K\(line)") }
}
