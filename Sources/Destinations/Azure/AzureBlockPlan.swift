/// How an object is cut into blocks, and what these are called.
package struct AzureBlockPlan: Sendable, Hashable {
    /// As many as a blob can have.
    package static let mostBlocks = 50_000
    private static let mebibyte: Int64 = 1 << 20

    /// Bytes of every block but the last.
    package let blockSize: Int
    /// Of this upload alone. The blocks of all that write one blob lie in one place until one of
    /// them makes the blob of its own: with equal names, they would take each other's.
    private let writer: UInt64

    /// - Parameters:
    ///   - size: of the object; `nil` where it is not known.
    ///   - blockSize: grown, to whole MiB, where there would be too many blocks.
    package init(size: Int64?, blockSize: Int, writer: UInt64 = .random(in: .min ... .max)) {
        let most = Int64(Self.mostBlocks)
        let needed = ((size ?? 0) + most - 1) / most
        let grown = (needed + Self.mebibyte - 1) / Self.mebibyte * Self.mebibyte
        self.blockSize = needed > blockSize ? Int(grown) : blockSize
        self.writer = writer
    }

    /// The name of a block: all of one blob must have the same length.
    ///
    /// - Parameter index: from 0.
    package func id(_ index: Int) -> String {
        base64(
            withUnsafeBytes(of: writer.bigEndian, Array.init)
                + withUnsafeBytes(of: UInt32(index).bigEndian, Array.init))
    }

    /// The document that makes the blob of its first `count` blocks.
    package func blockList(count: Int) -> [UInt8] {
        let blocks = (0..<count).map { "<Latest>\(id($0))</Latest>" }.joined()
        return Array(
            #"<?xml version="1.0" encoding="utf-8"?><BlockList>\#(blocks)</BlockList>"#.utf8)
    }
}
