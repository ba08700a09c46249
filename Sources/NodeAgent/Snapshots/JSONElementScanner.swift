/// Finds the members of a JSON object and the elements of its array `sstables` in a stream of bytes,
/// without holding more than one of them.
///
/// It knows just as much of JSON as is needed for that: depth, strings and escapes. What it hands
/// out is decoded by a real decoder.
package struct JSONElementScanner {
    /// What was found, as JSON text.
    package enum Element {
        /// A member of the object other than `sstables`, as `"name": value`.
        case member([UInt8])
        /// An element of `sstables`.
        case entry([UInt8])
    }

    /// More than any element of an honest manifest has; a longer one is refused.
    private static let longest = 64 << 20

    private var depth = 0
    private var inString = false
    private var escaped = false
    private var inEntries = false
    private var current: [UInt8] = []
    package private(set) var isComplete = false

    package init() {}

    /// Takes the next bytes; hands out what ended in them.
    package mutating func consume(
        _ bytes: UnsafeRawBufferPointer, _ found: (Element) throws -> Void
    ) throws {
        for byte in bytes {
            if inString {
                current.append(byte)
                if escaped {
                    escaped = false
                } else if byte == UInt8(ascii: "\\") {
                    escaped = true
                } else if byte == UInt8(ascii: "\"") {
                    inString = false
                }
            } else {
                try structural(byte, found)
            }
            guard current.count <= Self.longest else {
                throw ManifestError(message: "an element is longer than \(Self.longest) bytes")
            }
        }
    }

    /// The depth outside of any element: 1 in the object, 2 in the array of entries.
    private var outside: Int { inEntries ? 2 : 1 }

    private mutating func structural(
        _ byte: UInt8, _ found: (Element) throws -> Void
    ) throws {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            depth += 1
            if depth == 1 {
                guard byte == UInt8(ascii: "{") else {
                    throw ManifestError(message: "it is no JSON object")
                }
            } else if depth == 2, byte == UInt8(ascii: "["), isEntriesKey {
                inEntries = true
                current = []
            } else {
                current.append(byte)
            }
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            depth -= 1
            if depth == outside - 1 {
                try hand(found)
                if inEntries { inEntries = false } else { isComplete = depth == 0 }
            } else {
                current.append(byte)
            }
        case UInt8(ascii: ",") where depth == outside:
            try hand(found)
        case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"):
            break
        case UInt8(ascii: "\""):
            inString = true
            current.append(byte)
        default:
            guard depth > 0 else { throw ManifestError(message: "it is no JSON object") }
            current.append(byte)
        }
    }

    private var isEntriesKey: Bool { current.elementsEqual("\"sstables\":".utf8) }

    private mutating func hand(_ found: (Element) throws -> Void) throws {
        guard !current.isEmpty else { return }
        let text = current
        current = []
        try found(inEntries ? .entry(text) : .member(text))
    }
}
