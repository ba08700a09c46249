/// How much a destination in Azure does at a time.
package struct AzureSettings: Sendable, Hashable {
    /// Bytes of a block; an object that is smaller goes up in one request. Grows for an object that
    /// would have more than 50,000 blocks.
    package var blockSize: Int
    /// Blocks of one object that go up at the same time. So many and one more are in memory.
    package var parallelBlocks: Int
    /// Deletions, of one blob or of a batch, that run at the same time.
    package var parallelDeletions: Int
    /// Entries of a listing that are asked for with one request; at most 5,000.
    package var pageSize: Int
    /// For the blocks of an upload and for what makes an object of them.
    package var retries: RetryPolicy

    package init(
        blockSize: Int = 8 << 20, parallelBlocks: Int = 4, parallelDeletions: Int = 8,
        pageSize: Int = 5_000, retries: RetryPolicy = RetryPolicy()
    ) {
        self.blockSize = blockSize
        self.parallelBlocks = parallelBlocks
        self.parallelDeletions = parallelDeletions
        self.pageSize = pageSize
        self.retries = retries
    }
}
