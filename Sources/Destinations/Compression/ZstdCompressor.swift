import CZstd

/// Compresses one content, as it passes by, into one zstd frame that tells the content's size and
/// ends with a checksum. Used by one thread at a time; it holds about 4 MB, less for small contents.
package final class ZstdCompressor {
    /// zstd's own default: several hundred MB/s on one core.
    private static let level: Int32 = 3

    private let context: OpaquePointer
    private let buffer: UnsafeMutableRawBufferPointer
    private let name: String

    /// - Parameters:
    ///   - size: bytes of the whole content.
    ///   - name: what it is called in errors.
    /// - Throws: `ZstdError`.
    package init(size: Int64, name: String) throws {
        guard let context = ZSTD_createCCtx() else {
            throw ZstdError(
                code: .library, object: name, message: "There is no memory to compress \(name).")
        }
        self.context = context
        self.name = name
        buffer = .allocate(byteCount: ZSTD_CStreamOutSize(), alignment: 16)
        try check(ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Self.level))
        try check(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1))
        try check(ZSTD_CCtx_setPledgedSrcSize(context, UInt64(size)))
    }

    deinit {
        ZSTD_freeCCtx(context)
        buffer.deallocate()
    }

    /// Takes the next bytes of the content.
    ///
    /// - Parameter sink: is given what there is of the frame; valid during the call only.
    /// - Throws: `ZstdError`; what the sink throws.
    package func compress(
        _ bytes: UnsafeRawBufferPointer, into sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
        while input.pos < input.size { _ = try step(&input, ZSTD_e_continue, sink) }
    }

    /// Gives the rest of the frame.
    ///
    /// - Throws: `ZstdError`, also where the content had another size; what the sink throws.
    package func finish(into sink: (UnsafeRawBufferPointer) throws -> Void) throws {
        var input = ZSTD_inBuffer(src: nil, size: 0, pos: 0)
        while try step(&input, ZSTD_e_end, sink) > 0 {}
    }

    /// Answers how many bytes the library still holds, at least.
    private func step(
        _ input: inout ZSTD_inBuffer, _ directive: ZSTD_EndDirective,
        _ sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Int {
        var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
        let held = try check(ZSTD_compressStream2(context, &output, &input, directive))
        if output.pos > 0 { try sink(UnsafeRawBufferPointer(rebasing: buffer[..<output.pos])) }
        return held
    }

    @discardableResult
    private func check(_ result: Int) throws -> Int {
        guard ZSTD_isError(result) == 0 else {
            throw ZstdError(
                code: .library, object: name,
                message: "\(name) cannot be compressed: "
                    + "\(String(cString: ZSTD_getErrorName(result)))")
        }
        return result
    }
}
