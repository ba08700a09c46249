/// How the master keeps its workers.
package struct MasterSettings: Sendable, Equatable {
    /// How many workers there are.
    package var workers: Int
    /// A worker that has a request in hand and gives no heartbeat for so long is killed.
    package var requestTimeLimit: Milliseconds
    /// A worker that does not serve so long after its start is killed.
    package var startTimeLimit: Milliseconds
    /// A worker that was told to leave and is still there after so long is killed.
    package var stopTimeLimit: Milliseconds
    /// A worker that dies before it has lived so long has failed: the next one waits.
    package var settledAfter: Milliseconds
    /// The pause after one failure; it doubles with each that follows.
    package var firstPause: Milliseconds
    /// The longest pause.
    package var longestPause: Milliseconds

    package init(
        workers: Int = 4, requestTimeLimit: Milliseconds = 30_000,
        startTimeLimit: Milliseconds = 30_000, stopTimeLimit: Milliseconds? = nil,
        settledAfter: Milliseconds = 10_000, firstPause: Milliseconds = 100,
        longestPause: Milliseconds = 30_000
    ) {
        self.workers = workers
        self.requestTimeLimit = requestTimeLimit
        self.startTimeLimit = startTimeLimit
        self.stopTimeLimit = stopTimeLimit ?? requestTimeLimit + 5_000
        self.settledAfter = settledAfter
        self.firstPause = firstPause
        self.longestPause = longestPause
    }
}
