/// A folder that every node sees under the same path; it lies under one of the agent's allowed roots.
package struct LocalLocation: Hashable, Sendable, Codable {
    /// Absolute path.
    package var path: String

    package init(path: String) {
        self.path = path
    }
}
