/// How a worker treats its connections.
package struct WorkerSettings: Sendable {
    /// How long a client may take to send its request, from the first to the last byte.
    package var readTimeLimit: Milliseconds
    /// How long a client may take nothing of the response.
    package var writeTimeLimit: Milliseconds
    /// How long a request may take between two heartbeats. The master kills a worker that takes
    /// longer; without a master the worker ends itself.
    package var requestTimeLimit: Milliseconds
    /// The worker leaves after so many requests; `nil` for never.
    package var requests: Int?

    package init(
        readTimeLimit: Milliseconds = 10_000, writeTimeLimit: Milliseconds = 10_000,
        requestTimeLimit: Milliseconds = 30_000, requests: Int? = nil
    ) {
        self.readTimeLimit = readTimeLimit
        self.writeTimeLimit = writeTimeLimit
        self.requestTimeLimit = requestTimeLimit
        self.requests = requests
    }
}
