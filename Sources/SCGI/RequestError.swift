/// Why bytes are not a request, or not one that we take.
package struct RequestError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The stable name of each cause.
    package enum Code: String, Sendable, CaseIterable {
        /// The netstring's length is not a plain decimal number followed by a colon.
        case badLength
        /// The netstring's length is over the limit for header blocks.
        case headersTooLarge
        /// More pairs than the limit.
        case tooManyHeaders
        /// The block is not a sequence of `name NUL value NUL`, or a name is empty.
        case badHeaders
        /// A name stands twice in the block.
        case duplicateHeader
        /// The first header is not `CONTENT_LENGTH`, or its value is not a plain decimal number.
        case badContentLength
        /// `CONTENT_LENGTH` is over the limit for bodies.
        case bodyTooLarge
        /// No header `SCGI` with the value `1`.
        case notSCGI
        /// The comma after the block is missing.
        case missingComma
        /// The connection ended before the request did.
        case truncated
        /// `REQUEST_METHOD` is missing or not a token.
        case badMethod
        /// `REQUEST_URI` is missing, has a broken percent sequence, or is not UTF-8.
        case badPath
        /// The query or a form has a broken percent sequence or is not UTF-8.
        case badQuery
    }

    package var code: Code
    /// A sentence for a person.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The HTTP status that says the same: 413, 431 or 400.
    package var status: Int {
        switch code {
        case .bodyTooLarge: 413
        case .headersTooLarge, .tooManyHeaders: 431
        case .badLength, .badHeaders, .duplicateHeader, .badContentLength, .notSCGI,
            .missingComma, .truncated, .badMethod, .badPath, .badQuery:
            400
        }
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
