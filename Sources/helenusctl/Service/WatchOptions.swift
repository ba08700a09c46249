import ArgumentParser
import FoundationEssentials
import Glibc
import OperatorClient

/// What becomes of a request that a command has begun.
struct WatchOptions: ParsableArguments {
    @Flag(help: "Prints the request's id and does not wait for its end.")
    var detach = false

    /// Prints the request's id; or waits for its end, drawing its progress on a terminal, and tells
    /// how it ended.
    func follow(
        _ request: String, _ client: ServiceClient, _ options: ServiceOptions
    ) async throws -> CommandExit {
        if detach {
            print(options.json ? "\"\(request)\"" : request)
            return .success
        }
        return try await RequestWatch(client: client, options: options).end(of: request)
    }
}
