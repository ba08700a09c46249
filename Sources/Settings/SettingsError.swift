/// Settings that cannot be used, with the key that is wrong.
package struct SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    package var message: String

    package init(_ message: String) {
        self.message = message
    }

    package var description: String { message }
}
