/// Why a segment was not archived.
package struct SegmentCopyError: Error, Hashable, CustomStringConvertible {
    package var code: Code
    /// The file that it is about.
    package var path: String
    /// A sentence for a person.
    package var description: String

    /// What kind of failure it is.
    package enum Code: String, Sendable {
        /// There is no such segment.
        case missing
        /// The segment changed while it was copied.
        case changed
        /// Something else has the name already.
        case taken
        /// The file system is full.
        case noSpace
        /// A system call failed.
        case failed
    }

    package init(code: Code, path: String, description: String) {
        self.code = code
        self.path = path
        self.description = description
    }
}
