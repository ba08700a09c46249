/// How a session reaches its store.
package struct HTTPSettings: Sendable, Hashable {
    /// PEM file with certificate authorities that are trusted besides the system's.
    package var caFile: String?
    /// Until a connection, with its TLS, must stand.
    package var connectTimeout: Duration
    /// For how long the peer may be silent while it is its turn.
    package var silence: Duration
    /// Connections to one host at a time; further requests wait their turn.
    package var connections: Int

    package init(
        caFile: String? = nil, connectTimeout: Duration = .seconds(10),
        silence: Duration = .seconds(20), connections: Int = 64
    ) {
        self.caFile = caFile
        self.connectTimeout = connectTimeout
        self.silence = silence
        self.connections = connections
    }
}
