import Prefork
import Testing

struct HandoverTests {
    @Test func `what is handed over is read back`() {
        let handover = Handover(
            socket: 7, heartbeat: 12, ownsName: true,
            workers: [.init(pid: 100, slot: 0), .init(pid: 101, slot: 510)])
        #expect(Handover(handover.description) == handover)
    }

    @Test(arguments: ["", "2 3 4 1", "1 3 4", "1 x 4 1", "1 3 4 7", "1 3 4 1 0:1", "1 3 4 1 9:511"])
    func `anything else is refused`(text: String) {
        #expect(Handover(text) == nil)
    }
}
