import FoundationEssentials

/// A node's `commitlog_archiving.properties`, in which the agent has its archive command while
/// archiving is on. What was there before is kept beside the agent's other state.
package struct ArchivePropertiesFile: Sendable {
    /// The key that is the agent's while archiving is on.
    private static let key = "archive_command"

    private let file: ConfigurationFile
    private let original: ConfigurationFile

    /// - Parameters:
    ///   - path: of the file; Cassandra reads it where it has its `cassandra.yaml`.
    ///   - original: where what was there before is kept.
    package init(path: String, original: String) {
        file = ConfigurationFile(path: path)
        self.original = ConfigurationFile(path: original)
    }

    /// What was there; `text` is `nil` where there was no file.
    private struct Original: Codable {
        var text: String?
    }

    /// The command that is in the file now.
    package var command: String? {
        get throws { try file.read().flatMap { ArchiveProperties($0)[key: Self.key] } }
    }

    /// Whether there is anything to be put back.
    package func has(_ program: String) throws -> Bool {
        try original.read() != nil || command?.hasPrefix("\(program) ") == true
    }

    /// Puts the command in; answers whether that changed the file.
    @discardableResult
    package func install(_ command: String) throws -> Bool {
        let before = try file.read()
        if try original.read() == nil {
            let kept = try JSONEncoder().encode(Original(text: before))
            try original.write(String(decoding: kept, as: UTF8.self), newMode: 0o600)
        }
        var properties = ArchiveProperties(before ?? "")
        guard properties[key: Self.key] != command else { return false }
        properties.set(Self.key, to: command)
        try file.write(properties.text)
        return true
    }

    /// Puts back what was there; where somebody has changed other lines since, those stay. Where
    /// nobody knows any more what was there, a command of the program is taken out. Answers whether
    /// that changed the file.
    @discardableResult
    package func restore(program: String) throws -> Bool {
        let now = try file.read()
        guard let kept = try original.read() else {
            guard let now, try has(program) else { return false }
            var properties = ArchiveProperties(now)
            properties.set(Self.key, to: "")
            try file.write(properties.text)
            return true
        }
        let before = try JSONDecoder().decode(Original.self, from: Data(kept.utf8)).text
        let after = Self.restored(now, before: before)
        if after != now {
            if let after {
                try file.write(after)
            } else {
                try file.remove()
            }
        }
        try original.remove()
        return after != now
    }

    /// What the file is to hold again; `nil` for no file.
    private static func restored(_ now: String?, before: String?) -> String? {
        guard let now else { return before }
        var properties = ArchiveProperties(now)
        if let command = properties[key: key] {
            var untouched = ArchiveProperties(before ?? "")
            untouched.set(key, to: command)
            if untouched.text == now { return before }
        }
        if let command = before.flatMap({ ArchiveProperties($0)[key: key] }) {
            properties.set(key, to: command)
        } else {
            properties.remove(key)
        }
        return properties.text
    }
}
