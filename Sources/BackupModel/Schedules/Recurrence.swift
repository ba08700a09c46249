/// After what time a schedule runs again.
package enum Recurrence: Hashable, Sendable {
    /// One run.
    case never
    /// Every so many of a unit.
    case every(Int, Unit)

    /// The raw values are the API's. Minutes and hours pass; days and weeks are those of the wall
    /// clock in the schedule's time zone.
    package enum Unit: String, Sendable, CaseIterable {
        case minutes, hours, days, weeks
    }

    /// The API's `interval`: -1 for one run.
    package var interval: Int {
        switch self {
        case .never: -1
        case .every(let count, _): count
        }
    }

    /// The API's `interval_unit`: `nil` for one run.
    package var unit: Unit? {
        switch self {
        case .never: nil
        case .every(_, let unit): unit
        }
    }
}
