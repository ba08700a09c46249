/// Header fields in their order; their names are compared without regard to case.
package struct HTTPFields: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// Every field as it was given, one name any number of times.
    package private(set) var all: [Field] = []

    /// One line of a header.
    package struct Field: Sendable, Hashable {
        package var name: String
        package var value: String
    }

    package init() {}

    package init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { add(name, value) }
    }

    /// The first value of a name. To set one replaces all; `nil` removes them.
    package subscript(name: String) -> String? {
        get { all.first { Self.isSame($0.name, name) }?.value }
        set {
            all.removeAll { Self.isSame($0.name, name) }
            if let newValue { add(name, newValue) }
        }
    }

    /// Adds a line, whether or not the name is there already.
    package mutating func add(_ name: String, _ value: String) {
        all.append(Field(name: name, value: value))
    }

    private static func isSame(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && left.lowercased() == right.lowercased()
    }
}
