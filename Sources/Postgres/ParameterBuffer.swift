/// Parameters as libpq takes them, in one piece of memory.
struct ParameterBuffer {
    private var memory: [CChar] = []
    /// Where each parameter begins in `memory`; `nil` for NULL.
    private var offsets: [Int?] = []
    private var lengths: [Int32] = []
    /// 0 for text, 1 for binary.
    private var formats: [Int32] = []

    /// - Throws: what the server would say of a text with U+0000 in it; libpq would cut it off
    ///   there without a word.
    init(_ parameters: [Parameter], of statement: String) throws(PostgresError) {
        offsets.reserveCapacity(parameters.count)
        lengths.reserveCapacity(parameters.count)
        formats.reserveCapacity(parameters.count)
        for (index, parameter) in parameters.enumerated() {
            let start = memory.count
            switch parameter {
            case .null:
                offsets.append(nil)
                formats.append(0)
            case .text(let text):
                for byte in text.utf8 {
                    guard byte != 0 else {
                        throw PostgresError(
                            sqlstate: "22021",
                            message: "parameter \(index + 1) holds the character U+0000",
                            statement: statement)
                    }
                    memory.append(CChar(bitPattern: byte))
                }
                offsets.append(start)
                formats.append(0)
            case .bytes(let bytes):
                memory.append(contentsOf: bytes.lazy.map { CChar(bitPattern: $0) })
                offsets.append(start)
                formats.append(1)
            }
            lengths.append(Int32(memory.count - start))
            memory.append(0)
        }
    }

    /// Lends the arrays for one call of libpq.
    func withPointers<Result>(
        _ body: (
            _ count: Int32, _ values: [UnsafePointer<CChar>?], _ lengths: [Int32],
            _ formats: [Int32]
        ) -> Result
    ) -> Result {
        memory.withUnsafeBufferPointer { memory in
            let values = offsets.map { offset in
                offset.flatMap { offset in memory.baseAddress.map { $0 + offset } }
            }
            return body(Int32(values.count), values, lengths, formats)
        }
    }
}
