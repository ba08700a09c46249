/// How deep a listing goes.
package enum ListDepth: Sendable, Hashable {
    /// Every object below the prefix.
    case all
    /// Objects and folders up to the next `/` after the prefix.
    case children
}
