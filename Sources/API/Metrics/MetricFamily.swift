/// A metric with its labels left open: what its lines have in common.
package struct MetricFamily: Sendable, Hashable {
    package enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    package let name: String
    package let kind: Kind
    /// A sentence for a person.
    package let help: String

    package init(_ name: String, _ kind: Kind, _ help: String) {
        self.name = "helenus_\(name)"
        self.kind = kind
        self.help = help
    }
}
