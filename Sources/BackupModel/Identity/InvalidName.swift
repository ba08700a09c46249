/// A name from outside that cannot be used as what it should name.
///
/// Names become parts of paths and of commands, so each kind of name says exactly what it accepts.
package struct InvalidName: Error, Equatable, CustomStringConvertible {
    /// What the text should have named, such as `backup tag`.
    package var kind: String
    /// The text that was refused.
    package var text: String
    /// What is accepted, in words.
    package var accepted: String

    package init(kind: String, text: String, accepted: String) {
        self.kind = kind
        self.text = text
        self.accepted = accepted
    }

    package var description: String {
        "'\(text)' is no \(kind): \(accepted)"
    }
}
