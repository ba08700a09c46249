/// Finds the parts of a `backup.json` in its bytes, however it is laid out.
///
/// Fed with pieces of any size, it answers the value of each top-level member except `sstables`,
/// and each element of that, as raw JSON; it never holds more than one of them.
package struct ManifestScanner {
    /// What was found.
    package enum Part: Sendable, Equatable {
        /// A top-level member with its value as JSON text; never `sstables`.
        case member(name: [UInt8], value: [UInt8])
        /// One element of `sstables` as JSON text.
        case element([UInt8])
        /// The end of the whole object.
        case end
    }

    /// The longest single value that is taken: members such as `tables` and `schema`.
    package static let longestValue = 64 * 1_024 * 1_024

    private enum State {
        case beforeObject, beforeName, name, afterName, beforeValue, value, afterValue
        case beforeElement, element, afterElement, end
    }

    private var state = State.beforeObject
    private var name: [UInt8] = []
    private var value: [UInt8] = []
    private var depth = 0
    private var inString = false
    private var escaped = false
    private var bare = false
    private var mayClose = false
    private var sawSSTables = false
    /// Bytes taken so far.
    package private(set) var position: Int64 = 0

    package init() {}

    /// Takes the next piece and tells each part that ends in it.
    ///
    /// - Throws: `ManifestError`, or what `found` throws.
    package mutating func take(
        _ piece: [UInt8], found: (Part) throws -> Void
    ) throws {
        for byte in piece {
            try take(byte, found)
            position += 1
        }
    }

    /// Says that there are no more bytes.
    ///
    /// - Throws: `ManifestError` where the object has not ended.
    package func finish() throws {
        guard state == .end else { throw failure("the manifest ends too early") }
        guard sawSSTables else { throw failure("the manifest has no member 'sstables'") }
    }

    private mutating func take(_ byte: UInt8, _ found: (Part) throws -> Void) throws {
        switch state {
        case .name: try takeName(byte)
        case .value, .element: try takeValue(byte, found)
        case .beforeObject, .beforeName, .afterName, .beforeValue, .afterValue, .beforeElement,
            .afterElement, .end:
            if byte == 0x20 || (0x09...0x0D).contains(byte) { return }
            try takeStructure(byte, found)
        }
    }

    private mutating func takeStructure(
        _ byte: UInt8, _ found: (Part) throws -> Void
    ) throws {
        switch (state, byte) {
        case (.beforeObject, UInt8(ascii: "{")):
            (state, mayClose) = (.beforeName, true)
        case (.beforeName, UInt8(ascii: "\"")):
            (state, name, escaped) = (.name, [], false)
        case (.afterName, UInt8(ascii: ":")):
            state = .beforeValue
        case (.beforeValue, UInt8(ascii: "[")) where name == Array("sstables".utf8):
            guard !sawSSTables else { throw failure("'sstables' is there twice") }
            (state, mayClose, sawSSTables) = (.beforeElement, true, true)
        case (.beforeValue, _):
            guard name != Array("sstables".utf8) else {
                throw failure("'sstables' is not an array")
            }
            try beginValue(byte, .value)
        case (.afterValue, UInt8(ascii: ",")):
            (state, mayClose) = (.beforeName, false)
        case (.afterValue, UInt8(ascii: "}")),
            (.beforeName, UInt8(ascii: "}")) where state == .afterValue || mayClose:
            state = .end
            try found(.end)
        case (.beforeElement, UInt8(ascii: "]")) where mayClose, (.afterElement, UInt8(ascii: "]")):
            state = .afterValue
        case (.beforeElement, _):
            guard byte == UInt8(ascii: "{") else {
                throw failure("an element of 'sstables' is not an object")
            }
            try beginValue(byte, .element)
        case (.afterElement, UInt8(ascii: ",")):
            (state, mayClose) = (.beforeElement, false)
        case (_, _):
            throw failure("unexpected '\(Character(UnicodeScalar(byte)))'")
        }
    }

    private mutating func beginValue(_ byte: UInt8, _ next: State) throws {
        (state, value, depth, inString, escaped) = (next, [], 0, false, false)
        bare = false
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth = 1
        case UInt8(ascii: "\""): inString = true
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "t"),
            UInt8(ascii: "f"), UInt8(ascii: "n"):
            bare = true
        default: throw failure("unexpected '\(Character(UnicodeScalar(byte)))'")
        }
        value.append(byte)
    }

    private mutating func takeName(_ byte: UInt8) throws {
        if byte == UInt8(ascii: "\""), !escaped {
            state = .afterName
            return
        }
        escaped = byte == UInt8(ascii: "\\") && !escaped
        name.append(byte)
        guard name.count <= 1_000 else { throw failure("a member's name is too long") }
    }

    private mutating func takeValue(_ byte: UInt8, _ found: (Part) throws -> Void) throws {
        if bare {
            switch byte {
            case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0x20, 0x09...0x0D:
                try endValue(found)
                return try take(byte, found)
            default:
                return try append(byte)
            }
        }
        try append(byte)
        if inString {
            if byte == UInt8(ascii: "\""), !escaped {
                inString = false
                if depth == 0 { try endValue(found) }
            }
            escaped = byte == UInt8(ascii: "\\") && !escaped
            return
        }
        switch byte {
        case UInt8(ascii: "\""): (inString, escaped) = (true, false)
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            depth -= 1
            if depth == 0 { try endValue(found) }
        default: break
        }
    }

    private mutating func append(_ byte: UInt8) throws {
        guard value.count < Self.longestValue else { throw failure("a value is too long") }
        value.append(byte)
    }

    private mutating func endValue(_ found: (Part) throws -> Void) throws {
        if state == .element {
            state = .afterElement
            try found(.element(value))
        } else {
            state = .afterValue
            try found(.member(name: name, value: value))
        }
        value = []
    }

    private func failure(_ message: String) -> ManifestError {
        ManifestError(position: position, message: message)
    }
}
