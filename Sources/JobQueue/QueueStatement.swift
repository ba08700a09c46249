import Statements

/// The statements of the queue, by their names in `sql/queries/queue.sql`.
package enum QueueStatement: String, NamedStatement {
    case enqueue = "job_enqueue"
    case notify = "job_notify"
    case claim = "job_claim"
    case claimLone = "job_claim_lone"
    case heartbeat = "job_heartbeat"
    case saveState = "job_save_state"
    case finish = "job_finish"
    case retry = "job_retry"
    case handBack = "job_hand_back"
    case rescue = "job_rescue"
    case cancel = "job_cancel"
    case result = "job_result"
    case resultListen = "job_result_listen"
    case resultUnlisten = "job_result_unlisten"
    case listenerWait = "job_listener_wait"
    case listenerLeave = "job_listener_leave"
    case prune = "job_prune"
    case listen = "job_listen"
}
