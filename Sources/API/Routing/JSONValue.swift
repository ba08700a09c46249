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
        switch self {
        case .null: "null"
        case .flag(let flag): flag ? "true" : "false"
        case .number(let number): Int64(exactly: number).map { String($0) } ?? String(number)
        case .text(let text): try JSONText.quoted(text)
        case .list(let list):
            "[" + (try list.map { try $0.encoded() }.joined(separator: ",")) + "]"
        case .object(let object):
            "{"
                + (try object.map { try JSONText.quoted($0.key) + ":" + $0.value.encoded() }
                    .joined(separator: ",")) + "}"
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
