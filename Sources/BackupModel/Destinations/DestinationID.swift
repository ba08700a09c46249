/// Names of destinations that have a meaning of their own.
package enum DestinationID {
    /// The built-in destination: the snapshots on the nodes themselves.
    package static let onServer = "OPSC_ON_SERVER"
}
