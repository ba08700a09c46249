/// A parameter of a statement, sent in PostgreSQL's text format.
package enum Parameter: Sendable, Hashable {
    case null
    case text(String)
    case bytes([UInt8])

    /// The text that travels; `nil` for NULL.
    var wireText: String? {
        switch self {
        case .null: return nil
        case .text(let text): return text
        case .bytes(let bytes):
            let digits = Array("0123456789abcdef".utf8)
            var hex: [UInt8] = [UInt8(ascii: "\\"), UInt8(ascii: "x")]
            hex.reserveCapacity(2 + bytes.count * 2)
            for byte in bytes {
                hex.append(digits[Int(byte >> 4)])
                hex.append(digits[Int(byte & 15)])
            }
            return String(decoding: hex, as: UTF8.self)
        }
    }

    /// NULL where there is no text.
    package static func text(_ text: String?) -> Parameter {
        text.map { .text($0) } ?? .null
    }

    /// NULL where there is no number.
    package static func number(_ number: (some BinaryInteger)?) -> Parameter {
        number.map { .text(String($0)) } ?? .null
    }

    package static func number(_ number: Double?) -> Parameter {
        number.map { .text(String($0)) } ?? .null
    }

    package static func flag(_ flag: Bool?) -> Parameter {
        flag.map { .text($0 ? "t" : "f") } ?? .null
    }

    /// NULL where there are no bytes.
    package static func bytes(_ bytes: [UInt8]?) -> Parameter {
        bytes.map { .bytes($0) } ?? .null
    }

    /// A PostgreSQL array of text.
    package static func array(_ elements: [String]) -> Parameter {
        let quoted = elements.map { element in
            var text = "\""
            for character in element.unicodeScalars {
                if character == "\"" || character == "\\" { text.append("\\") }
                text.unicodeScalars.append(character)
            }
            return text + "\""
        }
        return .text("{" + quoted.joined(separator: ",") + "}")
    }
}

extension Parameter: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    package init(stringLiteral value: String) {
        self = .text(value)
    }
}
