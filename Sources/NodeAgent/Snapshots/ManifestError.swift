/// Why a `backup.json` cannot be read.
package struct ManifestError: Error, Sendable, CustomStringConvertible {
    package var message: String

    package init(message: String) {
        self.message = message
    }

    package var description: String { "The manifest cannot be read: \(message)." }
}
