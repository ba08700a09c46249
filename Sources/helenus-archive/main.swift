import Glibc
import SegmentCopy

// What Cassandra calls for each commitlog segment that it has filled:
//
//     helenus-archive [--link] SEGMENT TARGET
//
// It ends with 0 only when TARGET is durable with the segment's bytes. Cassandra keeps a segment
// whose archiving failed and does not call again for it; the agent looks for those.

/// Says why, to the log of Cassandra, and ends.
func fail(_ sentence: String, status: Int32) -> Never {
    let line = "\(sentence)\n"
    // Nothing can be done where nobody reads it.
    _ = write(STDERR_FILENO, line, line.utf8.count)
    exit(status)
}

var arguments = CommandLine.arguments.dropFirst()
let links = arguments.first == "--link"
if links { arguments = arguments.dropFirst() }
guard arguments.count == 2, let source = arguments.first, let target = arguments.last,
    source.hasPrefix("/"), target.hasPrefix("/")
else {
    fail("usage: helenus-archive [--link] SEGMENT TARGET, both as absolute paths", status: 64)
}
do {
    try SegmentCopy(source: source, target: target, links: links).perform()
} catch {
    fail("helenus-archive: \(error)", status: 1)
}
