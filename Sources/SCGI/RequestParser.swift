/// Bytes in, one ``Request`` out, by the SCGI specification
/// (<https://python.ca/scgi/protocol.txt>): a netstring of `name NUL value NUL` pairs, of which
/// the first is `CONTENT_LENGTH` and one is `SCGI` = `1`, no name twice, then the body.
///
/// Bytes may come in pieces of any size, and the outcome does not depend on how they are cut.
/// The request ends with the last byte of the body; what a client sends after it is not looked at.
/// After an error, or after the request, the parser takes nothing more.
package struct RequestParser {
    private enum State {
        case length
        case block
        case comma
        case body
        case ended
    }

    private let limits: RequestLimits
    private var state = State.length
    private var lengthDigits = 0
    private var length = 0
    private var block: [UInt8] = []
    private var fields: [HeaderField] = []
    private var bodyLength = 0
    private var body: [UInt8] = []

    /// A parser for one request.
    package init(limits: RequestLimits = RequestLimits()) {
        self.limits = limits
    }

    /// Whether no byte has come yet: a connection that ends now asked for nothing.
    package var isUntouched: Bool { state == .length && lengthDigits == 0 }

    /// Takes the next bytes; answers the request as soon as it is whole.
    package mutating func consume(_ bytes: [UInt8]) throws(RequestError) -> Request? {
        try consume(bytes[...])
    }

    /// Takes the next bytes; answers the request as soon as it is whole.
    package mutating func consume(_ bytes: ArraySlice<UInt8>) throws(RequestError) -> Request? {
        let result = bytes.withUnsafeBytes { buffer -> Result<Request?, RequestError> in
            do throws(RequestError) {
                return .success(try consume(buffer))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Takes the next bytes; answers the request as soon as it is whole.
    package mutating func consume(
        _ bytes: UnsafeRawBufferPointer
    ) throws(RequestError) -> Request? {
        do throws(RequestError) {
            return try advance(over: bytes)
        } catch {
            state = .ended
            throw error
        }
    }

    /// The connection has ended.
    ///
    /// - Throws: `truncated` when a request had begun and is not whole.
    package func finish() throws(RequestError) {
        if state != .ended, !isUntouched {
            throw RequestError(.truncated, "The request ended before its last byte.")
        }
    }

    private mutating func advance(
        over bytes: UnsafeRawBufferPointer
    ) throws(RequestError) -> Request? {
        var position = 0
        while true {
            switch state {
            case .length:
                guard position < bytes.count else { return nil }
                try takeLength(bytes[position])
                position += 1
            case .block:
                let wanted = length - block.count
                let taken = min(wanted, bytes.count - position)
                block.append(contentsOf: bytes[position..<position + taken])
                position += taken
                guard taken == wanted else { return nil }
                fields = try HeaderField.split(block, limit: limits.headerCount)
                try checkRequired()
                state = .comma
            case .comma:
                guard position < bytes.count else { return nil }
                guard bytes[position] == UInt8(ascii: ",") else {
                    throw RequestError(.missingComma, "The header block does not end in a comma.")
                }
                position += 1
                body.reserveCapacity(bodyLength)
                state = .body
            case .body:
                let wanted = bodyLength - body.count
                let taken = min(wanted, bytes.count - position)
                body.append(contentsOf: bytes[position..<position + taken])
                position += taken
                guard taken == wanted else { return nil }
                state = .ended
                return try Request(block: block, fields: fields, body: body)
            case .ended:
                return nil
            }
        }
    }

    private mutating func takeLength(_ byte: UInt8) throws(RequestError) {
        if byte == UInt8(ascii: ":") {
            guard lengthDigits > 0 else {
                throw RequestError(.badLength, "The header block's length is empty.")
            }
            guard length > 0 else {
                throw RequestError(.badContentLength, "The header block is empty.")
            }
            block.reserveCapacity(length)
            state = .block
            return
        }
        guard let digit = Decimal.digit(byte) else {
            throw RequestError(.badLength, "The header block's length is not a number.")
        }
        if lengthDigits > 0, length == 0 {
            throw RequestError(.badLength, "The header block's length has a leading zero.")
        }
        length = length * 10 + digit
        lengthDigits += 1
        if length > limits.headerBytes {
            throw RequestError(
                .headersTooLarge, "The header block is over \(limits.headerBytes) bytes.")
        }
    }

    private mutating func checkRequired() throws(RequestError) {
        guard let first = fields.first, first.isNamed("CONTENT_LENGTH", in: block) else {
            throw RequestError(.badContentLength, "The first header is not CONTENT_LENGTH.")
        }
        guard let value = Decimal.parse(block[first.value]) else {
            throw RequestError(.badContentLength, "CONTENT_LENGTH is not a plain decimal number.")
        }
        guard value <= limits.bodyBytes else {
            throw RequestError(.bodyTooLarge, "The body is over \(limits.bodyBytes) bytes.")
        }
        bodyLength = value
        let scgi = fields.first { $0.isNamed("SCGI", in: block) }
        guard let scgi, block[scgi.value].elementsEqual([UInt8(ascii: "1")]) else {
            throw RequestError(.notSCGI, "There is no header SCGI with the value 1.")
        }
    }
}
