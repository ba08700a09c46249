package import SCGI

extension Request {
    /// A query parameter as a whole number of at least `minimum` and at most `maximum`.
    package func number(
        _ name: String, minimum: Int64, maximum: Int64 = 1 << 53 - 1
    ) throws -> Int64? {
        guard let text = query[name], !text.isEmpty else { return nil }
        guard
            let number = Int64(text) ?? Double(text).flatMap({ Int64(exactly: $0.rounded(.down)) }),
            (minimum...maximum).contains(number)
        else {
            throw APIError.invalid(
                "\(name): got '\(text)', accepted is a whole number of at least \(minimum)"
                    + " and at most \(maximum).")
        }
        return number
    }

    /// A query parameter as a time: seconds since 1970, up to the end of the year 9999, which
    /// PostgreSQL's times reach in any case.
    package func time(_ name: String) throws -> Int64? {
        try number(name, minimum: 0, maximum: 253_402_300_799)
    }

    /// Whether a query parameter says yes: `1` or `true`.
    package func flag(_ name: String) -> Bool {
        ["1", "true"].contains(query[name]?.lowercased() ?? "")
    }
}
