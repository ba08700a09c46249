import FoundationEssentials

/// Reads the small text files that hold certificates and keys.
enum CertificateFile {
    static func read(_ path: String) throws(CertificateError) -> String {
        do {
            return String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        } catch {
            throw CertificateError(
                code: .unreadable, object: path, message: "\(path) cannot be read: \(error)")
        }
    }
}
