/// An object that is being written and has no name yet; gone when it is dropped. Its calls block,
/// throw `DestinationError`, and are made by one thread at a time.
package protocol OnePassObject: Sendable {
    /// Adds the next bytes.
    func append(_ bytes: UnsafeRawBufferPointer) throws

    /// Makes the content durable.
    func flush() throws

    /// Gives the object its name, unless that is taken. Its content must be durable: what has a
    /// name is whole, whenever the power fails. The name is durable after the destination's next
    /// `settle()`.
    func publish(as name: String) throws -> StoreOutcome
}
