/// How a destination uses its store.
package struct S3Settings: Sendable, Hashable {
    /// Bytes below which no store takes a part that is not the last one.
    package static let smallestPart: Int64 = 5 << 20

    /// Bytes up to which an object goes up in one request.
    package var largestWhole: Int64
    /// Bytes of a part. Grows for an object that would have more than 10,000 parts.
    package var partSize: Int64
    /// Parts of one object that go up at the same time.
    package var parallelParts: Int
    /// Names that are asked for with one page of a listing; S3 gives 1,000 at most.
    package var pageSize: Int
    /// For the parts of an upload and for what begins, ends and calls it off.
    package var retries: RetryPolicy

    package init(
        largestWhole: Int64 = 64 << 20, partSize: Int64 = 16 << 20, parallelParts: Int = 4,
        pageSize: Int = 1_000,
        retries: RetryPolicy = RetryPolicy()
    ) {
        self.largestWhole = largestWhole
        self.partSize = partSize
        self.parallelParts = parallelParts
        self.pageSize = pageSize
        self.retries = retries
    }
}
