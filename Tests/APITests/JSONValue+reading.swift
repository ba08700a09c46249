import API

extension JSONValue {
    /// A member of an object; null where it is none, or has no such member.
    subscript(_ name: String) -> JSONValue {
        guard case .object(let members) = self else { return .null }
        return members[name] ?? .null
    }

    var list: [JSONValue] {
        if case .list(let list) = self { list } else { [] }
    }

    /// The names of an object's members.
    var names: Set<String> {
        if case .object(let members) = self { Set(members.keys) } else { [] }
    }
}
