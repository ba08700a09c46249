/// What an agent gets for its enrolment token, once.
package struct AgentCredentials: Codable, Sendable, Hashable {
    /// The agent shows this to the API: `Authorization: Bearer …`.
    package var token: String
    /// Executors show this to the agent: `Authorization: Bearer …`.
    package var executorSecret: String

    package init(token: String, executorSecret: String) {
        self.token = token
        self.executorSecret = executorSecret
    }

    enum CodingKeys: String, CodingKey {
        case token
        case executorSecret = "executor_secret"
    }
}
