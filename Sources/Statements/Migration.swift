/// One step of the schema, there and back.
package struct Migration: Sendable, Hashable {
    /// Such as `0001_foundation`; the names sort in the order in which the steps run.
    package var name: String
    package var up: String
    package var down: String

    package init(name: String, up: String, down: String) {
        self.name = name
        self.up = up
        self.down = down
    }
}
