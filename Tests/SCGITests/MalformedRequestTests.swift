import SCGI
import Testing

struct MalformedRequestTests {
    /// SplitMix64: the same numbers in every run.
    struct Seeded: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    /// The outcome as something to compare.
    private func outcome(_ bytes: [UInt8], cuts: [Int]) -> String {
        var parser = RequestParser(limits: RequestLimits(headerBytes: 4_096, bodyBytes: 64))
        var start = 0
        do {
            for cut in cuts.sorted() + [bytes.count] {
                let request = try parser.consume(bytes[start..<cut])
                if let request { return "\(request.method) \(request.path) \(request.body)" }
                start = cut
            }
            try parser.finish()
            return "untouched"
        } catch {
            return error.code.rawValue
        }
    }

    @Test func `2,000 damaged requests end in an error or a request, however they are cut`() {
        var random = Seeded(state: 20_261_124)
        let whole = SCGIBytes.request(
            [
                ("REQUEST_METHOD", "POST"), ("REQUEST_URI", "/Test%20Cluster/backups?count=3"),
                ("CONTENT_TYPE", "application/json"), ("HTTP_COOKIE", "a=b"),
            ], body: Array(#"{"keyspaces": []}"#.utf8))
        var refused = 0
        for _ in 0..<2_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<max(1, bytes.count), using: &random)
                switch Int.random(in: 0..<6, using: &random) {
                case 0 where !bytes.isEmpty:
                    bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1 where !bytes.isEmpty: bytes.remove(at: place)
                case 2: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
                case 3: bytes = Array(bytes[..<place])
                case 4: bytes.insert(contentsOf: bytes[..<place], at: place)
                default: bytes = (0..<place).map { _ in UInt8.random(in: 0...255, using: &random) }
                }
                if bytes.isEmpty { bytes = [UInt8(ascii: "1")] }
            }
            let atOnce = outcome(bytes, cuts: [])
            let cuts = (0..<5).map { _ in Int.random(in: 0...bytes.count, using: &random) }
            #expect(outcome(bytes, cuts: cuts) == atOnce)
            if RequestError.Code(rawValue: atOnce) != nil { refused += 1 }
        }
        #expect(refused > 1_500)
    }
}
