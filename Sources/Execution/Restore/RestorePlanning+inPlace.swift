import AgentProtocol
import BackupModel

extension RestorePlanning {
    /// Why files cannot be put into the nodes' own data directories: every host's set has to go back
    /// to the host that wrote it, with the tokens that it had, and into a table that is empty.
    ///
    /// - Parameter origins: what the manifests tell of the hosts then.
    func inPlaceRefusals(
        _ plan: RestorePlan, origins: [InspectRestore.Origin]
    ) -> [String] {
        guard plan.mode == .inPlace else { return [] }
        let key = "use_sstableloader: false"
        let away = (plan.absent + plan.leftOut).map {
            "\(key) needs every node, and \($0.address) takes no part."
        }
        let moved = plan.topology.map { difference in
            let what =
                switch difference.change {
                case .gone: "is not in the cluster any more"
                case .new: "was not in the backup"
                case .tokens: "has other tokens now"
                }
            return "\(key) needs the topology of the backup: host \(difference.host) \(what)."
        }
        let foreign = plan.shares.filter { $0.source != $0.node.hostID }.map {
            "\(key) cannot put files of host \($0.source) on node \($0.node.address)."
        }
        let unknown = origins.filter(\.tokens.isEmpty).map {
            "\(key) needs the topology of the backup, and it does not tell tokens of \($0.host)."
        }
        let kept = Set(plan.tables).subtracting(plan.truncate).subtracting(plan.done).sorted().map {
            "\(key) needs truncate: true for \($0)."
        }
        return Set(away + moved + foreign + unknown + kept).sorted()
    }
}
