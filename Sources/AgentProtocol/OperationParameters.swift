/// What an operation of an agent is asked to do, and what it answers.
///
/// One type per kind of operation. Every operation can be run again: what an earlier attempt has
/// done already is found and kept.
package protocol OperationParameters: Codable, Sendable {
    /// The answer of an operation that succeeded.
    associatedtype Result: Codable & Sendable

    /// The name of the kind in `PUT /v1/operations/{id}`.
    static var kind: OperationKind { get }
}
