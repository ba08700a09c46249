/// What an operator may choose of the API's behaviour.
package struct APISettings: Sendable {
    /// The document's own rule, to the letter: every destination named in an ad hoc run goes after it.
    package var deletesAdhocDestinations: Bool
    /// Seconds for which a call may wait for an agent's answer.
    package var waitSeconds: Double
    /// Whether a caller has to say who they are.
    package var authenticates: Bool
    /// Seconds for which a session holds after its login.
    package var sessionSeconds: Int
    /// Calls about one cluster, and of one account about none, that are answered in a minute; 0 for
    /// any number.
    package var requestsPerMinute: Int
    /// Bytes of the pages that a worker keeps to send them again; 0 for none.
    package var pageCacheBytes: Int

    package init(
        deletesAdhocDestinations: Bool = false, waitSeconds: Double = 25,
        authenticates: Bool = true, sessionSeconds: Int = 86_400, requestsPerMinute: Int = 0,
        pageCacheBytes: Int = 2_097_152
    ) {
        self.deletesAdhocDestinations = deletesAdhocDestinations
        self.waitSeconds = waitSeconds
        self.authenticates = authenticates
        self.sessionSeconds = sessionSeconds
        self.requestsPerMinute = requestsPerMinute
        self.pageCacheBytes = pageCacheBytes
    }
}
