/// A JSON document as a client sent it.
package enum JSONValue: Sendable, Hashable {
    case null
    case flag(Bool)
    /// Finite.
    case number(Double)
    case text(String)
    case list([JSONValue])
    case object([String: JSONValue])

    /// The document as JSON text.
    package func encoded() throws -> String {
        var text = ""
        try append(to: &text)
        return text
    }

    private func append(to text: inout String) throws {
        switch self {
        case .null: text += "null"
        case .flag(let flag): text += flag ? "true" : "false"
        case .number(let number):
            text += Int64(exactly: number).map { String($0) } ?? String(number)
        case .text(let value): text += try JSONText.quoted(value)
        case .list(let list):
            text += "["
            for (index, value) in list.enumerated() {
                if index > 0 { text += "," }
                try value.append(to: &text)
            }
            text += "]"
        case .object(let object):
            text += "{"
            for (index, member) in object.enumerated() {
                if index > 0 { text += "," }
                text += try JSONText.quoted(member.key)
                text += ":"
                try member.value.append(to: &text)
            }
            text += "}"
        }
    }

    /// What it is, for messages.
    var kind: String {
        switch self {
        case .null: "null"
        case .flag: "a boolean"
        case .number: "a number"
        case .text: "a string"
        case .list: "an array"
        case .object: "an object"
        }
    }
}
