import Foundation
import OperatorClient
import Testing

@Suite struct RequestStatusTests {
    private func status(_ node: String) throws -> RequestStatus {
        let text = """
            {"id": "i", "state": "success", "type": "backup", "cluster_id": "c", "started": 1,
            "finished": 2, "details": {"message": "", "subrequests": {"10.0.0.1": {
            "state": "success", "details": {\(node)}}}}}
            """
        return try JSONDecoder().decode(RequestStatus.self, from: Data(text.utf8))
    }

    private let table =
        #"{"done_files": 1, "total_files": 2, "done_size": 10, "total_size": 20, "errors": []}"#

    @Test func `the progress of a request is the sum of its tables`() throws {
        let progress = try status(#""sstables": {"k": {"a": \#(table), "b": \#(table)}}"#).progress
        #expect(progress.doneFiles == 2 && progress.totalFiles == 4)
        #expect(progress.doneBytes == 20 && progress.totalBytes == 40)
    }

    @Test func `where the tables of an ended request were folded, it is what was told of them`()
        throws
    {
        let totals =
            #"{"tables": 9, "done_files": 7, "total_files": 8, "done_size": 70, "total_size": 80}"#
        let progress = try status(#""sstables": {"k": {"a": \#(table)}}, "totals": \#(totals)"#)
            .progress
        #expect(progress.doneFiles == 7 && progress.totalFiles == 8)
        #expect(progress.doneBytes == 70 && progress.totalBytes == 80)
    }
}
