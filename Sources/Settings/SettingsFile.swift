import FoundationEssentials
package import Logging

/// The settings of a service: a file of KEY=VALUE lines, overridden by variables of the environment
/// whose names begin with `HELENUS_`.
package struct SettingsFile: Sendable, Hashable {
    private let values: [String: String]
    /// The keys of the file, in its order.
    private let keys: [String]

    /// - Throws: `SettingsError` where the file cannot be read, or a line is no KEY=VALUE.
    package init(
        path: String, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(SettingsError) {
        let text: String
        do {
            text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        } catch {
            throw SettingsError("\(path) cannot be read: \(error)")
        }
        try self.init(text: text, of: path, environment: environment)
    }

    /// From the text of the file.
    package init(
        text: String, of path: String, environment: [String: String]
    ) throws(SettingsError) {
        var values: [String: String] = [:]
        var keys: [String] = []
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let equals = line.firstIndex(of: "=") else {
                throw SettingsError("\(path): '\(line)' is no KEY=VALUE")
            }
            let key = String(line[..<equals])
            values[key] = String(line[line.index(after: equals)...])
            keys.append(key)
        }
        self.keys = keys
        self.values = values.merging(environment.filter { $0.key.hasPrefix("HELENUS_") }) { $1 }
    }

    /// Keys of the file that are none of these.
    package func unknown(besides known: Set<String>) -> [String] {
        keys.filter { !known.contains($0) }
    }

    package func text(_ key: String) -> String? { values[key] }

    /// A text that must be there.
    package func required(_ key: String) throws(SettingsError) -> String {
        guard let value = values[key], !value.isEmpty else {
            throw SettingsError("\(key) is missing")
        }
        return value
    }

    /// A whole number; the standard where the key is missing.
    package func number(
        _ key: String, _ standard: Int, _ range: ClosedRange<Int>
    ) throws(SettingsError) -> Int {
        guard let text = values[key] else { return standard }
        guard let number = Int(text), range.contains(number) else {
            throw SettingsError("\(key): got '\(text)', accepted is a whole number in \(range)")
        }
        return number
    }

    /// A number of seconds; the standard where the key is missing.
    package func seconds(
        _ key: String, _ standard: Double, _ range: ClosedRange<Double>
    ) throws(SettingsError) -> Double {
        guard let text = values[key] else { return standard }
        guard let number = Double(text), range.contains(number) else {
            throw SettingsError(
                "\(key): got '\(text)', accepted is a number of seconds in \(range)")
        }
        return number
    }

    /// One of some words; the first where the key is missing.
    package func word(_ key: String, of words: [String]) throws(SettingsError) -> String {
        guard let word = values[key] else { return words[0] }
        guard words.contains(word) else {
            throw SettingsError(
                "\(key): got '\(word)', accepted are \(words.joined(separator: ", "))")
        }
        return word
    }

    /// How much is logged; `info` where the key is missing.
    package func logLevel(_ key: String) throws(SettingsError) -> Logger.Level {
        let words = ["info"] + Logger.Level.allCases.map(\.rawValue).filter { $0 != "info" }
        return Logger.Level(rawValue: try word(key, of: words)) ?? .info
    }
}
