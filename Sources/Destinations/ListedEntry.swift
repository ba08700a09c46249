/// An element of a listing.
package enum ListedEntry: Sendable, Hashable {
    /// An object by its full name, and its bytes as they are stored.
    case object(name: String, size: Int64)
    /// The part of names up to the next `/`, without that; only where `.children` is asked for.
    case folder(String)
}
