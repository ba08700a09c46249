import API
import Testing

/// Whom a worker remembers.
@Suite struct RememberedCallersTests {
    private let operatorOfOne = Identity(name: "ada", roles: ["one": .operator, "*": .viewer])

    @Test func `the highest role on the cluster is remembered, for it and that token alone`() {
        var callers = RememberedCallers()
        callers.note(operatorOfOne, hash: [1], clusterID: "one")
        let known = callers.caller(hash: [1], clusterID: "one")
        #expect(known?.name == "ada" && known?.clusterID == "one" && known?.role == .operator)
        #expect(callers.caller(hash: [2], clusterID: "one") == nil)
        #expect(callers.caller(hash: [1], clusterID: "two") == nil)
        callers.note(operatorOfOne, hash: [1], clusterID: "two")
        #expect(callers.caller(hash: [1], clusterID: "two")?.role == .viewer)
    }

    @Test func `who has no role any more is forgotten`() {
        var callers = RememberedCallers()
        callers.note(operatorOfOne, hash: [1], clusterID: "one")
        callers.note(Identity(name: "ada", roles: [:]), hash: [1], clusterID: "one")
        #expect(callers.caller(hash: [1], clusterID: "one") == nil)
        callers.note(operatorOfOne, hash: [1], clusterID: "one")
        callers.forget(hash: [1], clusterID: "one")
        #expect(callers.caller(hash: [1], clusterID: "one") == nil)
    }

    @Test func `however many call, no more are remembered than the limit`() {
        var callers = RememberedCallers(limit: 3)
        for number in UInt8(0)..<200 {
            callers.note(operatorOfOne, hash: [number], clusterID: "one")
            #expect(callers.caller(hash: [number], clusterID: "one") != nil)
            let known = (UInt8(0)...number).filter {
                callers.caller(hash: [$0], clusterID: "one") != nil
            }
            #expect(known.count <= 3)
        }
    }

    @Test func `who is known already makes nobody forgotten`() {
        var callers = RememberedCallers(limit: 2)
        for number in [UInt8(1), 2, 1, 2] {
            callers.note(operatorOfOne, hash: [number], clusterID: "one")
        }
        #expect(callers.caller(hash: [1], clusterID: "one") != nil)
        #expect(callers.caller(hash: [2], clusterID: "one") != nil)
    }
}
