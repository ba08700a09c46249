/// A destination that takes a content before its hash is known, so that a file is hashed and stored
/// in one read.
package protocol OnePassDestination: Destination {
    /// Begins an object that gets its name when all of it is written. Blocks.
    func begin() throws -> any OnePassObject

    /// Makes the content of all objects that were written so far durable: for many small ones at
    /// once, instead of `flush()` of each. Blocks.
    ///
    /// - Throws: `DestinationError`.
    func flushObjects() throws
}
