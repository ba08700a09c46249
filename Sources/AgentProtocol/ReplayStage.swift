/// How far a node has come in a point-in-time restore; the agent remembers it.
package enum ReplayStage: String, Codable, Sendable, Hashable, CaseIterable, Comparable {
    /// Its live files are as they were.
    case untouched
    /// Its live files are being put aside.
    case emptying
    /// They are all put aside.
    case emptied
    /// The snapshot's files are in their place, and the commitlogs wait to be replayed.
    case placed
    /// It is up again, as it was at the moment in question.
    case replayed

    package static func < (left: ReplayStage, right: ReplayStage) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .untouched: 0
        case .emptying: 1
        case .emptied: 2
        case .placed: 3
        case .replayed: 4
        }
    }
}
