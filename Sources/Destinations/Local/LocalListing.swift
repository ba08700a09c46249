/// A walk through a local destination, a page at a time.
///
/// It is used by one thread at a time: a listing asks for one page after the other.
final class LocalListing: @unchecked Sendable {
    private static let pageSize = 1_000

    private let root: String
    private let prefix: String
    private let depth: ListDepth
    private var folders: [String]
    private var open: (folder: LocalFolder, name: String)?
    private var checked = false
    private var failure: (any Error)?

    init(root: String, prefix: String, depth: ListDepth) {
        self.root = root
        self.prefix = prefix
        self.depth = depth
        if let slash = prefix.lastIndex(of: "/") {
            folders = [String(prefix[..<slash])]
        } else {
            folders = [""]
        }
    }

    /// Up to a thousand entries; `nil` at the end.
    ///
    /// A walk that failed has failed for good: to go on would leave out what it failed on.
    func nextPage() throws -> [ListedEntry]? {
        if let failure { throw failure }
        do {
            return try walk()
        } catch {
            failure = error
            throw error
        }
    }

    private func walk() throws -> [ListedEntry]? {
        if !checked {
            try ObjectName.check(prefix: prefix)
            checked = true
        }
        var page: [ListedEntry] = []
        while page.count < Self.pageSize {
            guard let current = try currentFolder() else { break }
            guard let entry = try current.folder.next() else {
                open = nil
                continue
            }
            if current.name.isEmpty, entry.name == ".helenus-staging" { continue }
            let name = current.name.isEmpty ? entry.name : "\(current.name)/\(entry.name)"
            guard name.hasPrefix(prefix) || (entry.isFolder && prefix.hasPrefix(name + "/")) else {
                continue
            }
            if !entry.isFolder {
                if let size = try LocalFile.size("\(root)/\(name)") {
                    page.append(.object(name: name, size: size))
                }
            } else if depth == .children {
                page.append(.folder(name))
            } else {
                folders.append(name)
            }
        }
        return page.isEmpty ? nil : page
    }

    private func currentFolder() throws -> (folder: LocalFolder, name: String)? {
        while open == nil, let name = folders.popLast() {
            let path = name.isEmpty ? root : "\(root)/\(name)"
            if let folder = try LocalFolder(path) { open = (folder, name) }
        }
        return open
    }
}
