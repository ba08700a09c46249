package import SCGI

/// A method, a path with `{…}` for what varies, who may use it, and what answers it.
package struct Route {
    package var method: String
    package let pattern: [String]
    /// For each segment the name of what varies there; `nil` for a word.
    private let names: [String?]
    package var least: LeastRole
    package var handle: (Call) throws -> Response
    /// What answers it by itself, in the message that asks who calls; `nil` where the request needs
    /// more than one statement.
    package var read: ((Request) throws -> ClusterRead?)?
    /// What it changes, in the message that confirms who calls; `nil` where that takes more than one
    /// statement.
    package var change: ((Request, APISettings) throws -> ClusterChange)?

    package init(
        _ method: String, _ path: String, _ least: LeastRole,
        _ handle: @escaping (Call) throws -> Response
    ) {
        self.method = method
        self.least = least
        pattern = path.split(separator: "/").map(String.init)
        names = pattern.map { $0.hasPrefix("{") ? String($0.dropFirst().dropLast()) : nil }
        self.handle = handle
    }

    /// A route that one statement answers as a rule.
    ///
    /// - Parameters:
    ///   - read: `nil` for what `handle` has to answer.
    init(
        _ method: String, _ path: String, _ least: LeastRole,
        read: @escaping (Request) throws -> ClusterRead?,
        _ handle: @escaping (Call) throws -> Response
    ) {
        self.init(method, path, least, handle)
        self.read = read
    }

    /// A route of which each request is one change.
    init(
        _ method: String, _ path: String, _ least: LeastRole,
        change: @escaping (Request, APISettings) throws -> ClusterChange
    ) {
        self.init(method, path, least) { call in
            try call.make(change(call.request, call.service.settings))
        }
        self.change = change
    }

    /// The values of the `{…}` segments, where the path fits.
    func match(_ path: [String]) -> [String: String]? {
        guard path.count == pattern.count else { return nil }
        // Words first: most routes do not fit.
        for place in pattern.indices where names[place] == nil && pattern[place] != path[place] {
            return nil
        }
        var arguments: [String: String] = [:]
        for (name, segment) in zip(names, path) {
            if let name { arguments[name] = segment }
        }
        return arguments
    }
}
