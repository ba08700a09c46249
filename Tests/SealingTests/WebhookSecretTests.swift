import Foundation
import Sealing
import Testing

@Suite struct WebhookSecretTests {
    @Test func `a signature is that of the specification's own libraries`() throws {
        // Made with the library standardwebhooks 1.1.0 of Python.
        let secret = try #require(WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        #expect(
            secret.signature(
                id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330,
                body: #"{"test": 2432232314}"#)
                == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test func `a secret of our own is read back, and is never the same twice`() throws {
        let texts = (0..<100).map { _ in WebhookSecret.random().text }
        #expect(Set(texts).count == 100)
        for text in texts { #expect(try #require(WebhookSecret(text)).text == text) }
    }

    @Test(arguments: [23, 65])
    func `one that is too short or too long is none`(bytes: Int) {
        let text = "whsec_" + Data(repeating: 7, count: bytes).base64EncodedString()
        #expect(WebhookSecret(text) == nil)
    }

    @Test(arguments: ["", "whsec_", "whsec_?", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsk_AAAA"])
    func `what has another form is none`(text: String) {
        #expect(WebhookSecret(text) == nil)
    }
}
