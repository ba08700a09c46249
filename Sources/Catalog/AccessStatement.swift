import Statements

/// The statements on accounts, by their names in `sql/queries/access.sql`.
package enum AccessStatement: String, NamedStatement {
    case resolve = "access_resolve"
    case identify = "access_identify"
    case beginLogin = "access_begin_login"
    case hasAccounts = "access_has_accounts"
    case noteFailure = "access_note_failure"
    case forgetFailures = "access_forget_failures"
    case sessionAdd = "access_session_add"
    case sessionEnd = "access_session_end"
    case sessionsEnd = "access_sessions_end"
    case forgetExpired = "access_forget_expired"
    case tokenAdd = "access_token_add"
    case tokenList = "access_token_list"
    case tokenRemove = "access_token_remove"
    case lockRoles = "access_lock_roles"
    case accountList = "access_account_list"
    case accountAdd = "access_account_add"
    case accountRemove = "access_account_remove"
    case passwordHash = "access_password_hash"
    case passwordPut = "access_password_put"
    case rolesRemove = "access_roles_remove"
    case roleAdd = "access_role_add"
    case admins = "access_admins"
    case auditAdd = "access_audit_add"
    case auditList = "access_audit_list"
}
