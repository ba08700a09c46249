import SCGI
import Testing

struct FormTests {
    @Test func `a form is read as browsers write it`() throws {
        let bytes = Array("username=a%40b&password=p+w%2B%26&&empty=&flag&username=c".utf8)
        let form = try QueryItems(parsing: bytes[...])
        #expect(form["username"] == "a@b")
        #expect(form.values(of: "username") == ["a@b", "c"])
        #expect(form["password"] == "p w+&")
        #expect(form["empty"] == "")
        #expect(form["flag"] == "")
        #expect(form.items.count == 5)
    }

    @Test(arguments: ["a=%", "a=%1", "a=%G1", "a=%ff", "%c3=1", "a=%00"])
    func `a form that is not UTF-8 text is refused`(text: String) {
        #expect(throws: RequestError.self) { try QueryItems(parsing: Array(text.utf8)[...]) }
    }

    @Test func `a plus is a plus in a path`() {
        #expect(Percent.decode(Array("a+b%20c".utf8)[...]) == "a+b c")
    }
}
