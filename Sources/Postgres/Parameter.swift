/// A parameter of a statement: text in PostgreSQL's text format, bytes as they are.
package enum Parameter: Sendable, Hashable {
    case null
    case text(String)
    case bytes([UInt8])

    /// NULL where there is no text.
    package static func text(_ text: String?) -> Parameter {
        text.map { .text($0) } ?? .null
    }

    /// NULL where there is no number.
    package static func number(_ number: (some BinaryInteger)?) -> Parameter {
        number.map { .text(String($0)) } ?? .null
    }

    /// NULL where there is no number.
    package static func number(_ number: Double?) -> Parameter {
        number.map { .text(String($0)) } ?? .null
    }

    /// NULL where it is not known.
    package static func flag(_ flag: Bool?) -> Parameter {
        flag.map { .text($0 ? "t" : "f") } ?? .null
    }

    /// NULL where there are no bytes.
    package static func bytes(_ bytes: [UInt8]?) -> Parameter {
        bytes.map { .bytes($0) } ?? .null
    }

    /// A PostgreSQL array of text, NULL where there is none.
    package static func array(_ elements: [String?]) -> Parameter {
        let quoted = elements.map { element in
            guard let element else { return "NULL" }
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
