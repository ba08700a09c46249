/// How much of a request the parser takes before it refuses the rest.
package struct RequestLimits: Sendable, Equatable {
    /// The most bytes the header block may have.
    package var headerBytes: Int
    /// The most name and value pairs the header block may hold.
    package var headerCount: Int
    /// The most bytes the body may have.
    package var bodyBytes: Int

    /// Limits that fit nginx's own: four 8 KiB header buffers and a body of 1 MiB.
    package init(
        headerBytes: Int = 65_536, headerCount: Int = 128, bodyBytes: Int = 1_048_576
    ) {
        self.headerBytes = headerBytes
        self.headerCount = headerCount
        self.bodyBytes = bodyBytes
    }
}
