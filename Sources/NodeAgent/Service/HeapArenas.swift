import CLinux

/// The parts of the C library's heap, each for some of the threads.
package enum HeapArenas {
    /// What an agent has use for: with the default of eight for each core, what many transfers at once
    /// leave free in one of them is not there for the others.
    private static let most: Int32 = 2

    /// To be called before there are threads.
    package static func limit() {
        // Nothing but memory depends on it.
        _ = linux_limit_heap_arenas(most)
    }
}
