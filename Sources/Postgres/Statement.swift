/// A named SQL statement; it is prepared once on every connection that runs it.
package struct Statement: Sendable, Hashable {
    /// Unique among all statements that one connection runs.
    package var name: String
    /// One SQL command with `$1`, `$2` … for its parameters.
    package var text: String

    package init(name: String, text: String) {
        self.name = name
        self.text = text
    }
}
