/// Content to be written: it can be opened again for another try.
package protocol ObjectSource: Sendable {
    /// Opens the content from its first byte.
    func open() async throws -> ObjectBody
}
