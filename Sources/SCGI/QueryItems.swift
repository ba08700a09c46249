/// Names and values of a query string or of a form, in the order they came.
package struct QueryItems: Sendable, Equatable {
    /// One `name=value`; a name without `=` has the value `""`.
    package struct Item: Sendable, Equatable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package var items: [Item]

    package init(_ items: [Item] = []) {
        self.items = items
    }

    /// Reads `a=1&b=two+words&c`, as in a URL's query or an
    /// `application/x-www-form-urlencoded` body; empty pieces (`a&&b`) are left out.
    ///
    /// - Throws: `badQuery` for a broken percent sequence, a NUL, or what is not UTF-8.
    package init(parsing bytes: ArraySlice<UInt8>) throws(RequestError) {
        items = []
        guard !bytes.isEmpty else { return }
        for piece in bytes.split(separator: UInt8(ascii: "&")) {
            let equals = piece.firstIndex(of: UInt8(ascii: "="))
            let name = piece[..<(equals ?? piece.endIndex)]
            let value = equals.map { piece[($0 + 1)...] } ?? []
            guard let name = Percent.decode(name, plusIsSpace: true),
                let value = Percent.decode(value, plusIsSpace: true)
            else {
                throw RequestError(
                    .badQuery, "The query or form is not percent-encoded UTF-8 text.")
            }
            items.append(Item(name: name, value: value))
        }
    }

    /// The value of the first item of this name.
    package subscript(name: String) -> String? {
        items.first { $0.name == name }?.value
    }

    /// All values of this name, in order.
    package func values(of name: String) -> [String] {
        items.filter { $0.name == name }.map(\.value)
    }
}
