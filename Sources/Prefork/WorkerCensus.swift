/// How many workers there are.
package struct WorkerCensus: Sendable, Equatable {
    package var wanted: Int
    /// They wait for a connection.
    package var idle: Int
    /// They have a connection in hand.
    package var busy: Int
}
