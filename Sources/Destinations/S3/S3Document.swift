/// The documents that S3 wants to be sent.
enum S3Document {
    private static let namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

    /// The parts that an object is to be made of.
    static func completion(_ parts: [S3Upload.Part]) -> String {
        let elements = parts.map { part in
            "<Part><PartNumber>\(part.number)</PartNumber><ETag>\(escaped(part.tag))</ETag>"
                + "<ChecksumSHA256>\(base64(hexadecimal: part.sha256))</ChecksumSHA256></Part>"
        }
        return "<CompleteMultipartUpload xmlns=\"\(namespace)\">\(elements.joined())"
            + "</CompleteMultipartUpload>"
    }

    /// The keys to be deleted; only failures are answered.
    static func deletion(_ keys: some Sequence<String>) -> String {
        let elements = keys.map { "<Object><Key>\(escaped($0))</Key></Object>" }
        return "<Delete xmlns=\"\(namespace)\"><Quiet>true</Quiet>\(elements.joined())</Delete>"
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&", "<", ">", "\"", "'", "\u{0}"..<" ": escaped += "&#\(scalar.value);"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
