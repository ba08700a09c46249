import AgentProtocol
import NodeAgent
import Testing

/// Where the agent listens, by its settings file.
@Suite struct ListenSettingsTests {
    private func configuration(_ lines: String) throws -> AgentConfiguration {
        try AgentConfiguration(lines: lines, listen: nil)
    }

    @Test(arguments: [
        ("listen: 127.0.0.1:8461", "https://127.0.0.1:8461"),
        ("listen: 10.0.0.1:8461", "https://10.0.0.1:8461"),
        ("listen: 0.0.0.0:8461", "https://10.0.0.7:8461"),
        ("listen: localhost:8461\ntls: off", "http://localhost:8461"),
        ("listen: 10.0.0.1:8461\ntls: on", "https://10.0.0.1:8461"),
    ])
    func `executors reach it there`(lines: String, url: String) throws {
        #expect(try configuration(lines).url == url)
    }

    @Test(arguments: [
        ("listen: 10.0.0.1:8461\ntls: off", "tls: may be off on a loopback address only"),
        ("listen: 0.0.0.0:8461\ntls: off", "tls: may be off on a loopback address only"),
        ("listen: 127.example.org:8461\ntls: off", "tls: may be off on a loopback address only"),
        ("listen: 10.0.0.1", "listen: '10.0.0.1' must be an address and a port"),
        ("listen: 10.0.0.1:8461\ntls: perhaps", "tls:"),
    ])
    func `without TLS nobody else may hear it`(lines: String, words: String) {
        let failure = #expect(throws: OperationFailure.self) { _ = try configuration(lines) }
        #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "")")
    }
}
