import Statements

/// The statements of webhooks, by their names in `sql/queries/webhooks.sql`.
package enum WebhookStatement: String, NamedStatement {
    case list = "webhook_list"
    case show = "webhook_show"
    case count = "webhook_count"
    case add = "webhook_add"
    case put = "webhook_put"
    case remove = "webhook_remove"
    case test = "webhook_test"
    case giveUp = "webhook_give_up"
    case claim = "webhook_claim"
    case noteAttempt = "webhook_note_attempt"
    case disable = "webhook_disable"
    case noteLate = "webhook_note_late"
    case prune = "webhook_prune"
}
