import Foundation
import Prefork
import Testing

@Suite(.serialized)
struct ServiceManagerTests {
    @Test func `the service manager hears of readiness, reload, replacement and stop`() throws {
        let socket = try NotifySocket()
        let service = try ServiceUnderTest(
            .init(environment: [
                "NOTIFY_SOCKET": socket.path, "WATCHDOG_USEC": "200000",
            ]))
        #expect(try socket.next(but: "WATCHDOG=1") == "READY=1")
        #expect(try socket.next(but: "READY=1") == "WATCHDOG=1")
        for number in [SIGHUP, SIGUSR2] {
            service.signal(number)
            let reloading = try socket.next(but: "WATCHDOG=1").split(separator: "\n")
            #expect(reloading.first == "RELOADING=1")
            #expect(reloading.last?.hasPrefix("MONOTONIC_USEC=") == true)
            #expect(try socket.next(but: "WATCHDOG=1") == "READY=1")
        }
        service.signal(SIGTERM)
        #expect(try socket.next(but: "WATCHDOG=1") == "STOPPING=1")
        #expect(try service.waitForExit() == .code(0))
    }

    @Test func `a socket that the service manager opened is used and left alone`() throws {
        var template = Array("/tmp/prefork-XXXXXX".utf8CString)
        let folder = String(cString: try #require(mkdtemp(&template)))
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/activated"
        let listener = try Listener(opening: .unix(path: path))
        defer { close(listener.descriptor) }
        var options = ServiceUnderTest.Options()
        options.listeningSocket = listener.descriptor
        options.waitsUntilReady = false
        let service = try ServiceUnderTest(options)
        let client = SCGIClient(socket: path)
        #expect(try client.get("/").status == 200)
        service.signal(SIGUSR2)
        try service.waitUntil("the new binary") { try service.logged("master runs") == 2 }
        #expect(try client.get("/").status == 200)
        service.signal(SIGTERM)
        #expect(try service.waitForExit() == .code(0))
        #expect(FileManager.default.fileExists(atPath: path))
        #expect(!FileManager.default.fileExists(atPath: service.socket))
    }
}
