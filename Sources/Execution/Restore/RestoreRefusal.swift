/// Why a restore cannot be done as it was asked for; nothing was touched.
package struct RestoreRefusal: Error, Sendable, Hashable {
    package var message: String

    package init(_ message: String) {
        self.message = message
    }
}
