import API
import SCGI
import Testing

/// Which pages are kept, and for how long.
@Suite struct PageCacheTests {
    private static let size = 3_000
    private static let query = ClusterQuery(.activity, ["100"])

    /// A page that takes `size` bytes of the cache.
    private let page = CachedPage(
        snapshot: "1:1:", session: 1,
        response: .json([UInt8](repeating: 32, count: size - PageCache.overhead)))

    @Test func `a page is that of one cluster, statement and list of parameters`() {
        let cache = PageCache(limit: 4 * Self.size)
        cache.keep(page, for: Self.query, of: "one")
        #expect(cache.page(Self.query, of: "one") != nil)
        #expect(cache.page(Self.query, of: "two") == nil)
        #expect(cache.page(ClusterQuery(.activity, ["99"]), of: "one") == nil)
        #expect(cache.page(ClusterQuery(.activityReverse, ["100"]), of: "one") == nil)
    }

    @Test func `the pages that were not used for longest make room for a new one`() {
        let cache = PageCache(limit: 4 * Self.size)
        for cluster in ["a", "b", "c", "d"] { cache.keep(page, for: Self.query, of: cluster) }
        _ = cache.page(Self.query, of: "a")
        cache.keep(page, for: Self.query, of: "e")
        // Put again it takes no more room than before.
        cache.keep(page, for: Self.query, of: "e")
        let kept = ["a", "b", "c", "d", "e"].filter { cache.page(Self.query, of: $0) != nil }
        #expect(kept == ["a", "c", "d", "e"])
    }

    @Test func `a page that takes more than a quarter is not kept, nor the one before it`() {
        let cache = PageCache(limit: 4 * Self.size)
        cache.keep(page, for: Self.query, of: "one")
        let large = CachedPage(
            snapshot: "2:2:", session: 1,
            response: .json([UInt8](repeating: 32, count: Self.size)))
        cache.keep(large, for: Self.query, of: "one")
        #expect(cache.page(Self.query, of: "one") == nil)
    }

    @Test func `nothing is kept for longer than its time, nor where nothing may be`() {
        var now = ContinuousClock.now
        let cache = PageCache(limit: 4 * Self.size, lifetime: .seconds(60)) { now }
        cache.keep(page, for: Self.query, of: "one")
        now += .seconds(59)
        #expect(cache.page(Self.query, of: "one") != nil)
        now += .seconds(1)
        #expect(cache.page(Self.query, of: "one") == nil)
        let none = PageCache(limit: 0)
        none.keep(page, for: Self.query, of: "one")
        #expect(none.page(Self.query, of: "one") == nil)
    }
}
