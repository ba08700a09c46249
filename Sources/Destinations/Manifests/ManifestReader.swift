package import BackupModel
import FoundationEssentials

/// Reads a `backup.json` from a stream: ours, or the original's, in any order and layout.
package struct ManifestReader: Sendable {
    /// What a manifest says about itself.
    package enum Header: Sendable, Hashable {
        /// All of format 1.
        case complete(ManifestHeader)
        /// The original's: nothing but the entries.
        case missing
    }

    private let body: ObjectBody

    package init(_ body: ObjectBody) {
        self.body = body
    }

    /// Reads all of it, telling each entry in its order; only one is in memory at a time. Act on none
    /// before all are read: only then it is known whether they fit one another and the header.
    ///
    /// - Throws: `ManifestError`, what `body` throws, or what `entry` throws.
    package func read(
        entry tell: (ManifestEntry) async throws -> Void
    ) async throws -> Header {
        try await read(onlyHeader: false, entry: tell)
    }

    /// Reads no further than to the first entry where a whole header stands before it, as we write
    /// it; otherwise all.
    ///
    /// - Throws: as `read(entry:)`; what is wrong behind the header is not seen.
    package func readHeader() async throws -> Header {
        try await read(onlyHeader: true) { _ in }
    }

    private func read(
        onlyHeader: Bool, entry tell: (ManifestEntry) async throws -> Void
    ) async throws -> Header {
        var scanner = ManifestScanner()
        var members: [UInt8] = [UInt8(ascii: "{")]
        var hasFormat = false
        var mayEndEarly = true
        var tally = ManifestTally()
        while let piece = try await body.next() {
            var position = 0
            while position < piece.count {
                // Small steps: an entry is told before the next ones are decoded.
                let end = min(position + 4_096, piece.count)
                var elements: [[UInt8]] = []
                try scanner.take(Array(piece[position..<end])) { part in
                    switch part {
                    case .element(let json): elements.append(json)
                    case .member(let name, let value):
                        if name == Array("format".utf8) { hasFormat = true }
                        if members.count > 1 { members.append(UInt8(ascii: ",")) }
                        members.append(UInt8(ascii: "\""))
                        members += name
                        members += Array("\":".utf8)
                        members += value
                    case .end: break
                    }
                }
                if onlyHeader, hasFormat, !elements.isEmpty, mayEndEarly {
                    mayEndEarly = false
                    if let header = early(members) { return .complete(header) }
                }
                for json in elements {
                    let entry = try decode(
                        ManifestEntry.self, json, "an entry", scanner.position)
                    tally.note(entry)
                    try await tell(entry)
                }
                position = end
            }
        }
        try scanner.finish()
        guard hasFormat else { return .missing }
        members.append(UInt8(ascii: "}"))
        let header = try decode(ManifestHeader.self, members, "the header", scanner.position)
        guard header.format == 1 else {
            throw ManifestError(
                position: 0, message: "the manifest's format \(header.format) is not known")
        }
        if let misfit = tally.misfit(with: header) {
            throw ManifestError(position: 0, message: "the manifest contradicts itself: \(misfit)")
        }
        return .complete(header)
    }

    /// The header, if its members are all there already.
    private func early(_ members: [UInt8]) -> ManifestHeader? {
        do {
            let header = try JSONDecoder().decode(
                ManifestHeader.self, from: Data(members + [UInt8(ascii: "}")]))
            return header.format == 1 ? header : nil
        } catch {
            return nil
        }
    }

    private func decode<Value: Decodable>(
        _ type: Value.Type, _ json: [UInt8], _ what: String, _ position: Int64
    ) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(json))
        } catch {
            throw ManifestError(
                position: position, message: "\(what) of the manifest cannot be read: \(error)")
        }
    }
}
