import Yams

/// The keys that a mapping of a configuration file may have, and those of the mappings in it.
struct KnownKeys {
    private let names: Set<String>
    private let inner: [String: KnownKeys]

    init<Keys: CodingKey & CaseIterable>(of keys: Keys.Type, _ inner: [String: KnownKeys] = [:]) {
        names = Set(keys.allCases.map(\.stringValue))
        self.inner = inner
    }

    /// Those of the document that are none of them, with the keys above them.
    func unknown(in node: Node, path: [String]) -> [String] {
        guard let mapping = node.mapping else { return [] }
        return mapping.flatMap { key, value -> [String] in
            let name = key.string ?? ""
            let whole = path + [name]
            guard names.contains(name) else { return [whole.joined(separator: ".")] }
            return inner[name]?.unknown(in: value, path: whole) ?? []
        }
    }
}
