/// One part of the answer to a batch: an answer of its own, with status, header and body.
struct AzureBatchPart {
    /// Which part of the batch it answers; `nil` where it is about the batch as such.
    let number: Int?
    /// Why that was not done; `nil` where it was.
    let failure: AzureFailure?

    /// - Parameter text: what is between two boundaries, with simple line ends.
    /// - Throws: `DestinationError` that may pass where it cannot be read.
    init(_ text: Substring, about object: String) throws {
        var lines = text.drop { $0 == "\n" }.split(
            separator: "\n", omittingEmptySubsequences: false)[...]
        number = Self.fields(&lines)["Content-ID"].flatMap { Int($0) }
        let status = lines.popFirst()?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        let fields = Self.fields(&lines)
        guard let status else { throw Self.unreadable(text, object) }
        guard !(200..<300).contains(status) else {
            failure = nil
            return
        }
        let isXML = fields["Content-Type"]?.contains("xml") ?? false
        let body = Array(lines.joined(separator: "\n").utf8)
        failure = AzureFailure(
            status: status, fields: fields,
            document: isXML ? try XMLTree(parsing: body, about: object) : nil)
    }

    /// Takes header fields and the empty line after them away.
    private static func fields(_ lines: inout ArraySlice<Substring>) -> HTTPFields {
        var fields = HTTPFields()
        while let line = lines.popFirst(), !line.isEmpty {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            fields.add(String(parts[0]), String(parts[1].drop { $0 == " " }))
        }
        return fields
    }

    private static func unreadable(_ text: Substring, _ object: String) -> DestinationError {
        DestinationError(
            code: .unreachable, object: object,
            message: "the answer to the deletion of \(object) and others has a part that cannot "
                + "be read: \(text.prefix(500))")
    }
}
