/// The rule for the names of objects and prefixes.
package enum ObjectName {
    /// Accepts relative names of parts that are neither empty nor `.` nor `..`, without NUL.
    ///
    /// - Throws: `DestinationError` with code `invalidName`.
    package static func check(_ name: String) throws {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let sound =
            !name.utf8.contains(0) && name.utf8.count <= 1_024
            && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." && $0.utf8.count <= 255 }
        guard sound else {
            throw DestinationError(
                code: .invalidName, object: name,
                message: "'\(name)' cannot be the name of an object")
        }
    }

    /// As `check`, for the beginning of a name: it may be empty or end in `/`.
    package static func check(prefix: String) throws {
        let trimmed = prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix
        if !trimmed.isEmpty { try check(trimmed) }
    }
}
