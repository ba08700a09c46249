/// How a write of an object ended.
package enum StoreOutcome: Sendable, Hashable {
    /// This call made the object.
    case stored
    /// An object of the name was there, and was left as it is.
    case alreadyThere
}
