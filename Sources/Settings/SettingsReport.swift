import Glibc

/// What is wrong with settings, found without starting anything.
package struct SettingsReport: Hashable, Sendable {
    /// Sentences for a person, each with the key that it is about.
    package private(set) var problems: [String] = []

    package init() {}

    /// Of settings that cannot be used at all, or of what they find themselves.
    package init(_ find: () throws -> SettingsReport) {
        do {
            self = try find()
        } catch {
            problems = [Self.line("\(error)")]
        }
    }

    /// Adds keys that nobody knows.
    package mutating func add(unknown keys: [String]) {
        problems += keys.map { "\($0): there is no such setting" }
    }

    /// Adds what is wrong with the value of a key: what is found, or why that fails.
    package mutating func check(_ key: String, _ find: () throws -> [String]) {
        do {
            problems += try find().map { Self.line("\(key): \($0)") }
        } catch {
            problems.append(Self.line("\(key): \(error)"))
        }
    }

    /// Adds why something cannot be done with the value of a key, if it cannot.
    package mutating func attempt(_ key: String, _ body: () throws -> Void) {
        check(key) {
            try body()
            return []
        }
    }

    /// libpq, for one, takes several lines to say something.
    private static func line(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// Ends a program that was asked to check: with a line for each problem, and the status of
    /// `EX_CONFIG` where there is one.
    package func tellAndExit() -> Never {
        for problem in problems { print(problem) }
        exit(problems.isEmpty ? 0 : EX_CONFIG)
    }
}
