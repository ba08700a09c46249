/// Content to be written: it can be opened again for another try.
package protocol ObjectSource: Sendable {
    /// Opens the content from its first byte.
    func open() async throws -> ObjectBody

    /// Opens a part of the content.
    ///
    /// - Parameter range: bytes that the content has.
    func open(range: Range<Int64>) async throws -> ObjectBody

    /// The content without whatever counts or paces it: to be read for its hash, and not sent.
    var original: any ObjectSource { get }

    /// What its bytes are, where they were hashed as they lie in memory and cannot change any more;
    /// `nil` where they are to be hashed as they are read.
    var proven: ObjectContent? { get }
}

extension ObjectSource {
    package var original: any ObjectSource { self }
    package var proven: ObjectContent? { nil }
}
