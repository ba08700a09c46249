import Foundation
import FoundationXML

/// An element of a small XML document, such as a store's answer; namespaces and attributes are
/// left out.
package struct XMLTree: Sendable, Hashable {
    package private(set) var name: String
    /// The element's own text; white space counts.
    package private(set) var text = ""
    package private(set) var children: [XMLTree] = []

    /// The root element.
    ///
    /// - Parameter object: what the document is about, for the error.
    /// - Throws: `DestinationError` that may pass where it is no XML or is cut off.
    package init(parsing bytes: [UInt8], about object: String) throws {
        let reader = Reader()
        let parser = XMLParser(data: Data(bytes))
        parser.delegate = reader
        guard parser.parse(), let root = reader.root else {
            throw DestinationError(
                code: .unreachable, object: object,
                message: "the store's answer about \(object) is not whole XML")
        }
        self = root
    }

    /// The first child of a name.
    package subscript(name: String) -> XMLTree? { children.first { $0.name == name } }

    /// All children of a name, in their order.
    package func all(_ name: String) -> [XMLTree] { children.filter { $0.name == name } }

    private init(name: String) { self.name = name }

    private final class Reader: NSObject, XMLParserDelegate {
        var root: XMLTree?
        private var open: [XMLTree] = []

        func parser(
            _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
            qualifiedName: String?, attributes: [String: String]
        ) {
            open.append(XMLTree(name: elementName))
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) {
            guard !open.isEmpty else { return }
            open[open.count - 1].text += string
        }

        func parser(
            _ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?,
            qualifiedName: String?
        ) {
            guard let ended = open.popLast() else { return }
            if open.isEmpty { root = ended } else { open[open.count - 1].children.append(ended) }
        }
    }
}
