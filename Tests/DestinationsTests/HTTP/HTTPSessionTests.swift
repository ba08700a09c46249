import Destinations
import Foundation
import Testing

@Suite struct HTTPSessionTests {
    @Test func `an authority of one's own is trusted, and nobody else is`() async throws {
        let server = try TLSServer()
        let request = HTTPRequest(.get, "https://localhost:\(server.port)/", about: "page")
        let trusting = try HTTPSession(HTTPSettings(caFile: server.caFile))
        let response = try await trusting.send(request)
        #expect(response.status == 200)
        _ = try await response.body.collect(upTo: 100_000, of: "page")

        let error = await #expect(throws: DestinationError.self) {
            _ = try await HTTPSession(HTTPSettings()).send(request)
        }
        #expect(error?.code == .unreachable)
        #expect(error?.message.contains("cannot be trusted") == true)
        #expect(error?.object == "page")

        let wrongName = HTTPRequest(.get, "https://127.0.0.1:\(server.port)/", about: "page")
        await #expect(throws: DestinationError.self) { _ = try await trusting.send(wrongName) }
    }

    @Test func `a file that holds no authority is refused`() throws {
        let folder = try TemporaryFolder()
        for file in ["\(folder.path)/none.pem", "/etc/hostname"] {
            let error = #expect(throws: DestinationError.self) {
                try HTTPSession(HTTPSettings(caFile: file))
            }
            #expect(error?.code == .misconfigured)
            #expect(error?.message.contains(file) == true)
        }
    }

    @Test func `what the source throws is not taken for the connection's failure`() async throws {
        let server = try await SwiftServer.shared.value
        let request = HTTPRequest(
            .put, "http://127.0.0.1:\(server.port)/x/y",
            body: .stream(size: 9) {
                throw DestinationError(code: .notThere, object: "file", message: "no file")
            }, about: "y")
        let error = await #expect(throws: DestinationError.self) {
            _ = try await HTTPSession(HTTPSettings()).send(request)
        }
        #expect(error?.message == "no file")
    }
}
