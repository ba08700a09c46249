import Destinations
import Testing

@Suite struct SurveyedTests {
    @Test func `what was there is neither sent nor asked for`() async throws {
        let server = try await SwiftServer.shared.value
        let transport = RecordingTransport(try HTTPSession(HTTPSettings()))
        let destination = try S3Destination(
            server.location(bucket: await server.makeBucket()), environment: [:],
            transport: transport)
        let content = ObjectContent(of: [1, 2])
        for name in ["s/a", "s/b"] {
            _ = try await destination.store(BytesSource([1, 2]), as: name, expecting: content)
        }
        let before = transport.requests.count
        let surveyed = try await Surveyed(destination, below: "s/")
        for name in ["s/a", "s/b"] {
            #expect(
                try await surveyed.store(BytesSource([1, 2]), as: name, expecting: content)
                    == .alreadyThere)
        }
        #expect(transport.requests.count == before + 1)
        #expect(
            try await surveyed.store(BytesSource([1, 2]), as: "s/c", expecting: content)
                == .stored)
        #expect(try await destination.size(of: "s/c") == 2)
        let error = await #expect(throws: DestinationError.self) {
            try await surveyed.store(
                BytesSource([1]), as: "s/a", expecting: ObjectContent(of: [1]))
        }
        #expect(error?.code == .wrongHash)
    }
}
