import Destinations
import Foundation
import Testing

@Suite struct AzureBlockPlanTests {
    @Test func `blocks grow where there would be more than a blob can have`() {
        let mebibyte = 1 << 20
        let most: Int64 = 50_000
        for (size, expected) in [
            (0, 8), (8 * most, 8), (8 * most + 1, 9), (4_000 * most, 4_000),
        ] as [(Int64, Int)] {
            let plan = AzureBlockPlan(size: size * Int64(mebibyte), blockSize: 8 * mebibyte)
            #expect(plan.blockSize == expected * mebibyte)
            #expect(size * Int64(mebibyte) <= Int64(plan.blockSize) * most)
        }
        #expect(AzureBlockPlan(size: nil, blockSize: 1_000).blockSize == 1_000)
    }

    @Test func `the names of blocks are of one length, and each writer's own`() throws {
        let plan = AzureBlockPlan(size: 1, blockSize: 1, writer: 1)
        let other = AzureBlockPlan(size: 1, blockSize: 1, writer: .max)
        let ids = [0, 1, 255, 256, 49_999].flatMap { [plan.id($0), other.id($0)] }
        #expect(Set(ids).count == 10)
        for id in ids { #expect(try #require(Data(base64Encoded: id)).count == 12) }
        #expect(
            String(decoding: plan.blockList(count: 2), as: UTF8.self)
                == #"<?xml version="1.0" encoding="utf-8"?><BlockList><Latest>AAAAAAAAAAEAAAAA"#
                + "</Latest><Latest>AAAAAAAAAAEAAAAB</Latest></BlockList>")
    }
}
