import Statements

/// The statements on what a tenant may use, by their names in `sql/queries/limits.sql`.
enum LimitStatement: String, NamedStatement {
    case spareTheDisk = "limit_spare_the_disk"
    case takeRequests = "limit_take_requests"
    case show = "limit_show"
    case put = "limit_put"
}
