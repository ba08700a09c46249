/// Numbers that all workers of a service add to.
package protocol SharedCounters: AnyObject {
    func add(_ amount: UInt64, to index: Int)
    func value(of index: Int) -> UInt64
}
