import FoundationEssentials

/// The members of a JSON object from a client, read as leniently as the original did: booleans and
/// numbers may come as strings, unknown members are ignored.
///
/// What cannot be read is refused with the member's name, what came and what is accepted.
package struct Fields: Sendable {
    /// The members as they came.
    package let members: [String: JSONValue]
    /// Where the object stands in the body, for messages: empty or `keyspaces.app.`.
    let path: String

    package init(members: [String: JSONValue], path: String = "") {
        self.members = members
        self.path = path
    }

    /// Reads a body. An empty one is an empty object, whatever its type says.
    package static func body(_ bytes: [UInt8]) throws -> Fields {
        guard case .object(let members) = try document(bytes) else {
            throw APIError.invalid("The body must be a JSON object.")
        }
        return Fields(members: members)
    }

    /// Reads a body that may be an array as well.
    package static func document(_ bytes: [UInt8]) throws -> JSONValue {
        var bytes = bytes[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        guard !bytes.allSatisfy(JSONText.isSpace) else { return .object([:]) }
        do {
            return try JSONValue(parsing: bytes)
        } catch {
            throw APIError.invalid("The body is \(error).")
        }
    }

    /// Whether the member is there and not null.
    package func has(_ key: String) -> Bool {
        members[key].map { $0 != .null } ?? false
    }

    package func text(_ key: String) throws -> String? {
        switch members[key] {
        case nil, .null?: return nil
        case .text(let text)?:
            guard !text.unicodeScalars.contains("\0") else {
                throw refused(key, "a string with NUL", "a string")
            }
            return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
        case .number(let number)?:
            return Int64(exactly: number).map { String($0) } ?? String(number)
        case let other?: throw refused(key, other.kind, "a string")
        }
    }

    package func flag(_ key: String) throws -> Bool? {
        switch members[key] {
        case nil, .null?: return nil
        case .flag(let flag)?: return flag
        case .number(1)?: return true
        case .number(0)?: return false
        case .text(let text)?:
            switch text.lowercased() {
            case "true", "1": return true
            case "false", "0", "": return false
            default: throw refused(key, "'\(text)'", "true or false")
            }
        case let other?: throw refused(key, other.kind, "true or false")
        }
    }

    /// A number of at least `minimum`.
    package func number(_ key: String, minimum: Double) throws -> Double? {
        let number: Double
        switch members[key] {
        case nil, .null?: return nil
        case .number(let value)?: number = value
        case .text(let text)?:
            guard let value = Double(text), value.isFinite else {
                throw refused(key, "'\(text)'", "a number")
            }
            number = value
        case let other?: throw refused(key, other.kind, "a number")
        }
        guard number >= minimum, number <= 1e15 else {
            throw refused(key, "\(number)", "a number of at least \(minimum)")
        }
        return number
    }

    package func texts(_ key: String) throws -> [String]? {
        switch members[key] {
        case nil, .null?: return nil
        case .list(let list)?:
            return try list.map { element in
                guard case .text(let text) = element, !text.unicodeScalars.contains("\0") else {
                    throw refused(key, "an array with \(element.kind)", "an array of strings")
                }
                return text
            }
        case let other?: throw refused(key, other.kind, "an array of strings")
        }
    }

    /// The members of an object that are objects themselves; null stands for an empty one.
    package func objects(_ key: String) throws -> [String: Fields]? {
        switch members[key] {
        case nil, .null?: return nil
        case .object(let object)?:
            return try Dictionary(
                uniqueKeysWithValues: object.map { name, value in
                    switch value {
                    case .object(let members):
                        (name, Fields(members: members, path: "\(path)\(key).\(name)."))
                    case .null:
                        (name, Fields(members: [:], path: "\(path)\(key).\(name)."))
                    default:
                        throw refused("\(key).\(name)", value.kind, "an object")
                    }
                })
        case let other?: throw refused(key, other.kind, "an object")
        }
    }

    /// The members of an object, all of which are strings.
    package func textMembers(_ key: String) throws -> [String: String]? {
        switch members[key] {
        case nil, .null?: return nil
        case .object(let object)?:
            return try object.reduce(into: [:]) { texts, member in
                guard case .text(let text) = member.value else {
                    throw refused("\(key).\(member.key)", member.value.kind, "a string")
                }
                texts[member.key] = text
            }
        case let other?: throw refused(key, other.kind, "an object")
        }
    }

    func refused(_ key: String, _ got: String, _ accepted: String) -> APIError {
        APIError.invalid("\(path)\(key): got \(got), accepted is \(accepted).")
    }
}
