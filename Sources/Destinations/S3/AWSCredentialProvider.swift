package import FoundationEssentials

/// The keys to sign with, fetched when they are first needed and again before they end.
package actor AWSCredentialProvider {
    /// Lent keys are fetched anew so long before their end.
    private static let margin: TimeInterval = 300

    private let source: AWSCredentialSource
    private let transport: any HTTPTransport
    private let now: @Sendable () -> Date
    private var lent: AWSCredentials?
    private var fetching: Task<AWSCredentials, any Error>?

    /// - Parameter transport: carries the questions to the services that lend keys.
    package init(
        _ source: AWSCredentialSource, transport: any HTTPTransport,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.source = source
        self.transport = transport
        self.now = now
    }

    /// Keys that are good for the next minutes.
    ///
    /// - Throws: `DestinationError` where no service lends any.
    package func current() async throws -> AWSCredentials {
        if case .given(let credentials) = source { return credentials }
        if let lent, (lent.expires ?? .distantFuture).timeIntervalSince(now()) > Self.margin {
            return lent
        }
        // Any number of requests wait for one answer.
        let task = fetching ?? Task { try await fetch() }
        fetching = task
        defer { fetching = nil }
        let credentials = try await task.value
        lent = credentials
        return credentials
    }

    /// Forgets keys that a store has refused as too old.
    ///
    /// - Returns: whether there can be newer ones.
    package func refuse(_ credentials: AWSCredentials) -> Bool {
        if case .given = source { return false }
        if lent == credentials { lent = nil }
        return true
    }

    private func fetch() async throws -> AWSCredentials {
        let service = AWSCredentialService(transport: transport)
        switch source {
        case .given(let credentials): return credentials
        case .container(let url, let authorization, let file):
            return try await service.container(url, authorization, authorizationFile: file)
        case .instance(let endpoint): return try await service.instance(endpoint)
        }
    }
}
