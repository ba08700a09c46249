import Sealing
import Testing

@Suite struct SecretTokenTests {
    @Test func `a token is 64 hex digits and never the same twice`() {
        let tokens = (0..<100).map { _ in SecretToken.random().text }
        #expect(Set(tokens).count == 100)
        #expect(tokens.allSatisfy { $0.wholeMatch(of: /[0-9a-f]{64}/) != nil })
    }

    @Test func `the hash is SHA-256 of the text`() {
        #expect(
            SecretToken("abc").hash.prefix(4) == [0xba, 0x78, 0x16, 0xbf],
            "the test vector of FIPS 180-2")
    }
}
