import SystemPackage

/// What can be known of an SSTable before its content is read: that nothing of it is missing, what
/// its Data.db must hash to, and that its Data.db is as long as it must be.
package struct CaptureCheck: Sendable, Hashable {
    /// What Cassandra noted of Data.db; `nil` where it wrote no digest.
    package var digest: StoredDigest?

    /// - Throws: `CaptureError` that names the file.
    package init(_ sstable: SSTable) throws(CaptureError) {
        func fail(_ code: CaptureError.Code, _ component: String, _ detail: String) -> CaptureError
        {
            CaptureError(
                code: code, table: sstable.table,
                path: "\(sstable.folder)/\(sstable.descriptor.fileName(of: component))",
                detail: detail)
        }
        func text(_ component: SSTable.Component) throws(CaptureError) -> String {
            do {
                return try SmallFile.text(path: component.path)
            } catch {
                throw fail(.unreadable, component.name, "\(error)")
            }
        }
        var listed: [String]?
        if let contents = sstable.component("TOC.txt") {
            let names = TableOfContents.components(of: try text(contents))
            guard names.contains("Data.db") else {
                throw fail(.malformed, "TOC.txt", "it does not list Data.db")
            }
            listed = names
        }
        let present = Set(sstable.components.map(\.name))
        if let missing = TableOfContents.missing(
            listed: listed, present: present, descriptor: sstable.descriptor)
        {
            throw fail(.missingComponent, missing, "the file is missing")
        }
        try Self.checkLength(sstable, fail)
        guard
            let component = StoredDigest.components.lazy.compactMap(sstable.component).first
        else { return }
        guard
            let digest = StoredDigest(component: component.name, content: try text(component))
        else {
            throw fail(.malformed, component.name, "it holds no digest")
        }
        self.digest = digest
    }

    /// CompressionInfo.db ends with the place of Data.db's last chunk: a file that ends before that
    /// chunk and its checksum do was cut off, also where no digest would tell.
    private static func checkLength(
        _ sstable: SSTable,
        _ fail: (CaptureError.Code, String, String) -> CaptureError
    ) throws(CaptureError) {
        guard let data = sstable.component("Data.db") else { return }
        guard data.size > 0 else { throw fail(.truncated, "Data.db", "the file is empty") }
        guard let info = sstable.component("CompressionInfo.db") else { return }
        let tail: [UInt8]
        do {
            tail = try SmallFile.tail(path: info.path, size: info.size, count: 8)
        } catch {
            throw fail(.unreadable, info.name, "\(error)")
        }
        let last = tail.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard tail.count == 8, info.size > 16 else {
            throw fail(.truncated, info.name, "the file is cut off")
        }
        guard last < UInt64(max(0, data.size - 4)) else {
            throw fail(
                .truncated, "Data.db",
                "\(data.size) bytes, but its last chunk begins at \(last)")
        }
    }
}
