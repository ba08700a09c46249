/// The answer of an operation whose success says it all.
package struct NoResult: Codable, Sendable, Hashable {
    package init() {}
}
