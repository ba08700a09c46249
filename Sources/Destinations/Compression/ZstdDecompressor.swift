import CZstd

/// Decompresses zstd as it passes by, in pieces of bounded size. Used by one thread at a time.
///
/// A frame that asks for a window of more than 8 MB, what every decoder is asked to support, is
/// refused: so no object can make the agent grow.
package final class ZstdDecompressor {
    /// Bytes of content in one piece, at most.
    package static let pieceSize = 256 << 10
    private static let windowLog: Int32 = 23

    /// Whether all that was taken is whole: the last frame has ended.
    package private(set) var isWhole = false
    private let context: OpaquePointer
    private let name: String
    private var taken: [UInt8] = []
    private var position = 0
    /// The last piece was full: there may be more without more input.
    private var mayHoldMore = false

    /// - Parameter name: what the object is called in errors.
    /// - Throws: `ZstdError`.
    package init(name: String) throws {
        guard let context = ZSTD_createDCtx() else {
            throw ZstdError(
                code: .library, object: name, message: "There is no memory to decompress \(name).")
        }
        self.context = context
        self.name = name
        try check(ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Self.windowLog))
    }

    deinit {
        ZSTD_freeDCtx(context)
    }

    /// Takes the next bytes of the object; `next()` must have answered `nil` before.
    package func take(_ bytes: [UInt8]) {
        (taken, position) = (bytes, 0)
    }

    /// The next piece of the content, never empty; `nil` where more of the object is needed.
    ///
    /// - Throws: `ZstdError`.
    package func next() throws -> [UInt8]? {
        while position < taken.count || mayHoldMore {
            let piece = try [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { buffer, filled in
                filled = try step(into: UnsafeMutableRawBufferPointer(buffer))
            }
            if !piece.isEmpty { return piece }
        }
        return nil
    }

    /// Decompresses into a buffer; answers the bytes that it got.
    private func step(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try taken.withUnsafeBytes { bytes in
            var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: position)
            var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
            let wanted = try check(ZSTD_decompressStream(context, &output, &input))
            // Asked after a frame's end without more input, the library speaks of a next frame.
            if input.pos > position || output.pos > 0 { isWhole = wanted == 0 }
            position = input.pos
            mayHoldMore = output.pos == output.size
            return output.pos
        }
    }

    @discardableResult
    private func check(_ result: Int) throws -> Int {
        guard ZSTD_isError(result) == 0 else {
            throw ZstdError(
                code: .damaged, object: name,
                message: "\(name) cannot be decompressed: "
                    + "\(String(cString: ZSTD_getErrorName(result)))")
        }
        return result
    }
}
