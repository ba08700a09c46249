/// One staged SSTable, and where it is put.
package struct Placement: Sendable, Hashable {
    /// The beginning that the names of its staged files share.
    package var staged: String
    /// Where they are put.
    package var folder: String
    /// The beginning that they share there.
    package var prefix: String

    package init(staged: String, folder: String, prefix: String) {
        self.staged = staged
        self.folder = folder
        self.prefix = prefix
    }
}
