package import SCGI

/// A method, a path with `{…}` for what varies, who may use it, and what answers it.
package struct Route {
    package var method: String
    package var pattern: [String]
    package var least: LeastRole
    package var handle: (Call) throws -> Response

    package init(
        _ method: String, _ path: String, _ least: LeastRole,
        _ handle: @escaping (Call) throws -> Response
    ) {
        self.method = method
        self.least = least
        pattern = path.split(separator: "/").map(String.init)
        self.handle = handle
    }

    /// The values of the `{…}` segments, where the path fits.
    func match(_ path: [String]) -> [String: String]? {
        guard path.count == pattern.count else { return nil }
        var arguments: [String: String] = [:]
        for (part, segment) in zip(pattern, path) {
            if part.hasPrefix("{") {
                arguments[String(part.dropFirst().dropLast())] = segment
            } else if part != segment {
                return nil
            }
        }
        return arguments
    }
}
