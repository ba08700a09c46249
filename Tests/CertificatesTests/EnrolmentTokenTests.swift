import Certificates
import Testing

@Suite struct EnrolmentTokenTests {
    @Test func `its text is the secret and what the authority is known by`() {
        let token = EnrolmentToken(secret: .random(), authority: "f00d")
        let read = EnrolmentToken(token.text)
        #expect(read.secret.text == token.secret.text && read.authority == "f00d")
        #expect(EnrolmentToken(token.secret.text).authority == nil)
    }
}
