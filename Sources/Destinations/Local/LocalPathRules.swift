import Foundation

/// Where on the node a destination or a folder of backups may lie.
package struct LocalPathRules: Sendable, Hashable {
    /// Folders under which everything must lie; none: nothing is permitted.
    package var roots: [String]
    /// Folders that must be neither above nor below: Cassandra's data.
    package var forbidden: [String]

    package init(roots: [String], forbidden: [String]) {
        self.roots = roots
        self.forbidden = forbidden
    }

    /// The path with all symbolic links of its existing part resolved.
    ///
    /// - Throws: `DestinationError` with code `outsideRoots`, `nested` or `invalidName`.
    package func resolve(_ path: String) throws -> String {
        guard path.hasPrefix("/"), !path.utf8.contains(0),
            !path.split(separator: "/").contains("..")
        else {
            throw DestinationError(
                code: .invalidName, object: path,
                message: "'\(path)' is not an absolute path without '..'")
        }
        let resolved = Self.resolvingLinks(path)
        let permitted = roots.contains {
            Self.isSameOrBelow(resolved, Self.resolvingLinks($0))
        }
        guard permitted else {
            throw DestinationError(
                code: .outsideRoots, object: path,
                message: "\(path) does not lie under the roots that this agent may use ("
                    + (roots.isEmpty ? "none" : roots.joined(separator: ", ")) + ")")
        }
        for folder in forbidden {
            let other = Self.resolvingLinks(folder)
            if Self.isSameOrBelow(resolved, other) || Self.isSameOrBelow(other, resolved) {
                throw DestinationError(
                    code: .nested, object: path,
                    message: "\(path) and Cassandra's data directory \(folder) lie in each other")
            }
        }
        return resolved
    }

    private static func isSameOrBelow(_ path: String, _ folder: String) -> Bool {
        path == folder || path.hasPrefix(folder == "/" ? "/" : folder + "/")
    }

    /// `realpath` of the deepest part that exists, with the rest behind it.
    private static func resolvingLinks(_ path: String) -> String {
        var existing = "/" + path.split(separator: "/").joined(separator: "/")
        var rest: [String] = []
        while true {
            if let resolved = realpath(existing, nil) {
                defer { free(resolved) }
                let base = String(cString: resolved)
                let tail = rest.reversed().joined(separator: "/")
                if tail.isEmpty { return base }
                return base == "/" ? "/" + tail : base + "/" + tail
            }
            guard existing != "/", let slash = existing.lastIndex(of: "/") else { return path }
            rest.append(String(existing[existing.index(after: slash)...]))
            existing = slash == existing.startIndex ? "/" : String(existing[..<slash])
        }
    }
}
