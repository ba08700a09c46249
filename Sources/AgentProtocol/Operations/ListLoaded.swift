/// Tell what a restore has loaded so far on this node.
package struct ListLoaded: OperationParameters {
    package static let kind = OperationKind.listLoaded

    package var stagingID: String

    package init(stagingID: String) {
        self.stagingID = stagingID
    }

    package struct Result: Codable, Sendable, Hashable {
        package var loaded: [LoadedPart]

        package init(loaded: [LoadedPart]) {
            self.loaded = loaded
        }
    }
}
