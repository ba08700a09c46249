/// Why a content could not be compressed, or an object not be decompressed.
package struct ZstdError: Error, Sendable, Hashable, CustomStringConvertible {
    package var code: Code
    /// The object or file it is about.
    package var object: String
    /// A sentence for a person.
    package var message: String

    /// What kind of failure it is.
    package enum Code: String, Sendable, CaseIterable {
        /// The object is not zstd, or its bytes were changed.
        case damaged
        /// The object ends before its content does.
        case truncated
        /// The object holds more than the file had.
        case tooLong
        /// The object is compressed in a way that this program does not know.
        case unknownMethod
        /// The library refused, as it does without memory.
        case library
    }

    package init(code: Code, object: String, message: String) {
        self.code = code
        self.object = object
        self.message = message
    }

    package var description: String { message }
}
