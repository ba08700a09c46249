/// Numbers of one process.
package final class OwnCounters: SharedCounters {
    private var numbers: [Int: UInt64] = [:]

    package init() {}

    package func add(_ amount: UInt64, to index: Int) { numbers[index, default: 0] += amount }

    package func value(of index: Int) -> UInt64 { numbers[index] ?? 0 }
}
