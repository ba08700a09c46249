/// How a connection's session behaves, unless its connection string says otherwise.
package struct SessionSettings: Sendable, Hashable {
    /// Seconds after which the server gives a statement up (SQLSTATE 57014); `nil` for no limit.
    package var statementTimeout: Int?
    /// Seconds for the whole connecting, per address.
    package var connectTimeout = 5
    /// Seconds after which a server that acknowledges nothing counts as gone.
    package var silenceTimeout = 30
    /// Shown in `pg_stat_activity`.
    package var applicationName: String

    package init(applicationName: String = "helenus", statementTimeout: Int? = nil) {
        self.applicationName = applicationName
        self.statementTimeout = statementTimeout
    }

    /// Keywords of libpq. They stand before the connection string, whose own values win.
    var keywords: [(name: String, value: String)] {
        // A statement with `LIMIT $2` never gets a generic plan by itself. Its cost is guessed without
        // the parameter, high enough that the server would compile it at each call.
        var options = "-c plan_cache_mode=force_generic_plan -c jit=off -c timezone=UTC"
        if let statementTimeout { options += " -c statement_timeout=\(statementTimeout)s" }
        return [
            ("fallback_application_name", applicationName),
            ("client_encoding", "UTF8"),
            ("connect_timeout", "\(connectTimeout)"),
            ("keepalives_idle", "\(silenceTimeout)"),
            ("keepalives_interval", "5"),
            ("keepalives_count", "3"),
            ("tcp_user_timeout", "\(silenceTimeout)000"),
            ("options", options),
        ]
    }
}
