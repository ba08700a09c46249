/// Why a database cannot be brought to this program's version, or back.
package enum MigrationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// `up` was never run here.
    case notBootstrapped
    /// A newer program was here.
    case unknown(name: String)
    /// The step was taken with another text than this program has.
    case changed(name: String)

    package var description: String {
        switch self {
        case .notBootstrapped:
            "This database holds nothing of Helenus; run helenusctl migrate up first."
        case .unknown(let name):
            "The database has migration \(name), which this program does not know: it is older."
        case .changed(let name):
            "Migration \(name) was run with another text than this program has."
        }
    }
}
