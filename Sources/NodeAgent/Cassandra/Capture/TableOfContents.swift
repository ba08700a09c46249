/// What `TOC.txt` says an SSTable consists of, compared with what is there.
package enum TableOfContents {
    /// Components that may be listed and not be there: Cassandra replaces Summary.db while it runs
    /// and makes it again where it is missing.
    package static let dispensable: Set<String> = ["Summary.db"]

    /// The components that a TOC.txt lists, one on a line.
    package static func components(of content: String) -> [String] {
        content.split(whereSeparator: \.isNewline).map(\.trimmed).filter { !$0.isEmpty }
    }

    /// The first component that is missing, or `nil` where the SSTable is whole.
    ///
    /// - Parameters:
    ///   - listed: what TOC.txt lists; `nil` where there is no TOC.txt, as before version 1.2.
    ///   - present: the components that are there.
    package static func missing(
        listed: [String]?, present: Set<String>, descriptor: SSTableDescriptor
    ) -> String? {
        let always = ["Data.db", descriptor.format == "bti" ? "Partitions.db" : "Index.db"]
        if let missing = always.first(where: { !present.contains($0) }) { return missing }
        guard let listed else { return descriptor.version < "ia" ? nil : "TOC.txt" }
        return listed.first { !present.contains($0) && !dispensable.contains($0) }
    }
}
