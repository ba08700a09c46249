import BackupModel
import Testing

@Suite struct WebhookAddressTests {
    @Test(arguments: [
        "https://alerts.example.org", "https://alerts.example.org:8443/helenus?team=db",
        "HTTPS://10.0.0.7/", "http://127.0.0.1:9000/x", "http://127.9.9.9", "http://[::1]:9000/",
        "http://localhost/x", "HTTP://LOCALHOST",
    ])
    func `a receiver is reached over TLS, or on the executors' machine`(text: String) throws {
        #expect(try #require(WebhookAddress(text)).url == text)
    }

    @Test(arguments: [
        "", "alerts.example.org", "//alerts.example.org", "/x", "https://", "https:///x",
        "ftp://alerts.example.org", "file:///etc/passwd", "unix:/run/x", "javascript:alert(1)",
        "http://alerts.example.org", "http://10.0.0.7", "http://127.0.0.1.example.org",
        "http://127.0.0.1@example.org", "http://0.0.0.0", "http://1270.0.0.1", "http://[::]",
        "http://169.254.169.254/latest", "https://user@example.org", "https://user:x@example.org",
        "https://example.org/#part", "https://example.org/a b", "https://exämple.org",
        "https://example.org/\n", "https://example.org:0", "https://example.org:65536",
    ])
    func `anything else is refused`(text: String) {
        #expect(WebhookAddress(text) == nil)
    }

    @Test func `so is what is too long`() {
        let path = String(repeating: "x", count: 2_000)
        #expect(WebhookAddress("https://example.org/\(path)") == nil)
    }
}
