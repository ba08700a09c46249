/// A text is no JSON that can be read. What stands there may be a secret, so only its place is told.
package struct NotJSON: Error, CustomStringConvertible {
    /// From 1 on.
    package let line: Int
    /// From 0 on.
    package let column: Int

    package var description: String { "not JSON at line \(line), column \(column)" }
}
