import Postgres
package import SCGI

/// A page of a list as it was sent.
package struct CachedPage {
    /// What PostgreSQL saw when it read the page: `pg_current_snapshot()`.
    let snapshot: String
    /// Of that server, as ``DatabaseSession/session``: another one numbers its transactions differently.
    let session: Int
    package let response: Response

    package init(snapshot: String, session: Int, response: Response) {
        self.snapshot = snapshot
        self.session = session
        self.response = response
    }

    /// Asks whether the page is still what the database would answer.
    var check: ClusterQuery { ClusterQuery(.listsUnchanged, [.text(snapshot)]) }

    /// What the rows of `check` say, read in this session.
    func isUnchanged(_ rows: Rows, in session: Int) throws -> Bool {
        try session == self.session && rows[0].flag(0)
    }
}
