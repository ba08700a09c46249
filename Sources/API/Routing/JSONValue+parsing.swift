import CJansson

extension JSONValue {
    /// Reads a JSON text of any kind (RFC 8259); of members with one name the last goes.
    ///
    /// - Throws: also for numbers beyond a double, names with U+0000, and what is nested more than 2,048
    ///   levels deep.
    package init(parsing text: some Sequence<UInt8>) throws(NotJSON) {
        let flags = JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL
        var error = json_error_t()
        let document = ContiguousArray(text).withUnsafeBytes { bytes in
            json_loadb(
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, Int(flags),
                &error)
        }
        guard let document else {
            throw NotJSON(line: Int(error.line), column: Int(error.column))
        }
        defer { json_decref(document) }
        self.init(copying: document)
    }

    private init(copying node: UnsafeMutablePointer<json_t>) {
        switch node.pointee.type {
        case JSON_OBJECT:
            var members: [String: JSONValue] = [:]
            members.reserveCapacity(json_object_size(node))
            var next = json_object_iter(node)
            while let member = next {
                if let value = json_object_iter_value(member) {
                    members[String(cString: json_object_iter_key(member))] = JSONValue(
                        copying: value)
                }
                next = json_object_iter_next(node, member)
            }
            self = .object(members)
        case JSON_ARRAY:
            self = .list(
                (0..<json_array_size(node)).compactMap { index in
                    json_array_get(node, index).map { JSONValue(copying: $0) }
                })
        case JSON_STRING:
            let bytes = UnsafeRawBufferPointer(
                start: json_string_value(node), count: json_string_length(node))
            self = .text(String(decoding: bytes, as: UTF8.self))
        case JSON_REAL, JSON_INTEGER: self = .number(json_number_value(node))
        case JSON_TRUE: self = .flag(true)
        case JSON_FALSE: self = .flag(false)
        default: self = .null
        }
    }
}
