import Destinations
import Foundation
import Testing

@Suite struct HTTPValueTests {
    @Test func `dates are written and read in the forms that stores use`() throws {
        let date = Date(timeIntervalSince1970: 1_369_353_600)
        #expect(HTTPDate.rfc1123(date) == "Fri, 24 May 2013 00:00:00 GMT")
        #expect(HTTPDate.basicISO8601(date) == "20130524T000000Z")
        for text in [
            "Fri, 24 May 2013 00:00:00 GMT", "20130524T000000Z", "2013-05-24T00:00:00Z",
            "2013-05-24T00:00:00.000Z",
        ] {
            #expect(HTTPDate.parse(text) == date)
        }
        for text in ["", "yesterday", "2013-05-24", "Fri, 24 Mai 2013 00:00:00 GMT", "T.Z"] {
            #expect(HTTPDate.parse(text) == nil)
        }
    }

    @Test func `all but what needs no encoding is encoded, and read back`() {
        #expect(PercentEncoding.encode("a/b c+ä~", keepingSlash: true) == "a/b%20c%2B%C3%A4~")
        #expect(PercentEncoding.encode("a/b") == "a%2Fb")
        #expect(PercentEncoding.decode("a%2Fb+c%C3%A4") == "a/b+cä")
        #expect(PercentEncoding.decode("a+b%2B", plusIsSpace: true) == "a b+")
        for broken in ["%", "%2", "%zz", "%ff"] { #expect(PercentEncoding.decode(broken) == nil) }
    }

    @Test func `fields are found without regard to case`() {
        var fields: HTTPFields = ["ETag": "1"]
        fields.add("etag", "2")
        #expect(fields["etag"] == "1")
        fields["ETAG"] = "3"
        #expect(fields.all.map(\.value) == ["3"])
        fields["etag"] = nil
        #expect(fields.all.isEmpty)
    }

    @Test func `a document is read as a tree, and half of one is refused`() throws {
        let text = "<?xml version='1.0'?><a xmlns='urn:x'><b> x&amp;y </b><b/><c><d>1</d></c></a>"
        let tree = try XMLTree(parsing: Array(text.utf8), about: "o")
        #expect(tree.name == "a")
        #expect(tree["b"]?.text == " x&y ")
        #expect(tree.all("b").count == 2)
        #expect(tree["c"]?["d"]?.text == "1")
        let error = #expect(throws: DestinationError.self) {
            try XMLTree(parsing: Array(text.utf8.dropLast(5)), about: "o")
        }
        #expect(error?.mayPass == true)
    }

    @Test func `Retry-After is seconds or a date`() {
        func response(_ fields: HTTPFields) -> HTTPResponse {
            HTTPResponse(status: 503, fields: fields, body: .empty)
        }
        #expect(response(["Retry-After": "7"]).retryAfter == .seconds(7))
        #expect(
            response([
                "Retry-After": "Fri, 24 May 2013 00:00:09 GMT",
                "Date": "Fri, 24 May 2013 00:00:00 GMT",
            ]).retryAfter == .seconds(9))
        #expect(response([:]).retryAfter == nil)
    }
}
