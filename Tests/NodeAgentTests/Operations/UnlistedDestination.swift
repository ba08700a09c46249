import Destinations

/// A destination that refuses to be listed.
struct UnlistedDestination<Inner: Destination>: ForwardingDestination {
    let inner: Inner

    init(_ inner: Inner) { self.inner = inner }

    func list(_ prefix: String, depth: ListDepth) -> ObjectListing {
        ObjectListing { { throw ListedAnyway() } }
    }
}

/// Somebody listed an `UnlistedDestination`.
struct ListedAnyway: Error {}
