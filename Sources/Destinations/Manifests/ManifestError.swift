/// A `backup.json` that cannot be read.
package struct ManifestError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The byte at which reading ended.
    package var position: Int64
    /// A sentence for a person.
    package var message: String

    package init(position: Int64, message: String) {
        self.position = position
        self.message = message
    }

    package var description: String { "\(message) (at byte \(position))" }
}
