import ArgumentParser
import FoundationEssentials
import OperatorClient

/// How a command reaches the service, and how it tells what it answers.
struct ServiceOptions: ParsableArguments {
    @Option(
        help: "Base URL of the service; the environment's HELENUS_URL, or http://127.0.0.1:8888.")
    var url: String?

    @Option(help: "A file whose first line is an API token; the environment's HELENUS_TOKEN_FILE.")
    var tokenFile: String?

    @Option(help: "A user, where there is no token; the environment's HELENUS_USER.")
    var user: String?

    @Option(help: "A file whose first line is the user's password; typed in without it.")
    var passwordFile: String?

    @Flag(help: "Prints the service's own JSON.")
    var json = false

    func client() throws -> ServiceClient {
        let environment = ProcessInfo.processInfo.environment
        return ServiceClient(
            url: url ?? environment["HELENUS_URL"] ?? "http://127.0.0.1:8888",
            credentials: try credentials(environment))
    }

    private func credentials(_ environment: [String: String]) throws -> Credentials {
        if let file = tokenFile ?? environment["HELENUS_TOKEN_FILE"], user == nil {
            return .token(try PasswordInput(file: file).line())
        }
        guard let user = user ?? environment["HELENUS_USER"] else { return .none }
        return .basic(
            user: user, password: try PasswordInput(file: passwordFile).line())
    }

    /// Prints what the service answered, as it is.
    func show(_ data: Data) { print(String(decoding: data, as: UTF8.self)) }

    /// Prints what the service answered, as it is or in words.
    func tell<Answer: Decodable>(
        _ data: Data, as type: Answer.Type, _ words: (Answer) -> [String]
    ) throws {
        if json {
            show(data)
        } else {
            for line in words(try JSONDecoder().decode(type, from: data)) { print(line) }
        }
    }
}
