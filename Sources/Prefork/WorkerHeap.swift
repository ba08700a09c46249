import CLinux

/// The C library's heap of a worker.
enum WorkerHeap {
    /// By default what is free at its end is given back from 128 KiB on, and an answer larger than that
    /// has to fetch its memory page by page from the kernel each time.
    private static let keptBytes: Int32 = 1 << 20

    static func keep() {
        // Nothing but time depends on it.
        _ = linux_keep_free_heap(keptBytes)
    }
}
