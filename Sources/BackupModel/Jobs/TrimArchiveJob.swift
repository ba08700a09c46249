/// Removes the commitlog segments that no snapshot needs any more: the payload of a job of kind
/// `trim_archive`. It has no event and no request.
package struct TrimArchiveJob: Hashable, Sendable, Codable {
    package init() {}
}
