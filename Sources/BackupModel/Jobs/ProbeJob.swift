/// Asks whether an executor takes jobs: the payload of a job of kind `probe`, which does nothing.
package struct ProbeJob: Hashable, Sendable, Codable {
    package init() {}
}
