import Foundation

/// A text with examples, taken apart.
///
/// A comment that no reader is shown stands before each block that is to be checked: `<!-- example: NAME -->`.
/// Blocks of the same kind and name belong together, in their order.
struct Document {
  enum Kind: String {
    /// A Swift program.
    case example
    /// A whole Package.swift.
    case manifest
    /// The element of a Package.swift's `dependencies`.
    case dependency
    /// What an example writes to standard output.
    case output
    /// What an example writes to standard error.
    case errors
    /// What an example writes to standard error before a trap ends it.
    case trap
  }

  struct Block {
    let language: String
    /// The file and line of the opening fence.
    let place: String
    /// Nil where no comment tells.
    let kind: Kind?
    let name: String
    let text: String
  }

  /// What the file is wrong about before anything is built.
  struct Malformed: Error, CustomStringConvertible {
    let description: String
  }

  let blocks: [Block]

  /// Reads the file at `path`, from the root of this package.
  init(at path: String) throws {
    let text = try String(contentsOf: Repository.root.appending(path: path), encoding: .utf8)
    var blocks: [Block] = []
    var comment: (kind: Kind, name: String)?
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().makeIterator()
    while let (index, line) = lines.next() {
      if line.hasPrefix("```") {
        var body = ""
        while true {
          guard let (_, inner) = lines.next() else {
            throw Malformed(description: "\(path):\(index + 1): the block has no end")
          }
          if inner == "```" { break }
          body += inner + "\n"
        }
        blocks.append(
          Block(
            language: String(line.dropFirst(3)), place: "\(path):\(index + 1)", kind: comment?.kind,
            name: comment?.name ?? "", text: body))
        comment = nil
      } else if let match = line.wholeMatch(of: /<!-- (\w+): (\w+) -->/) {
        guard let kind = Kind(rawValue: String(match.1)) else {
          throw Malformed(description: "\(path):\(index + 1): there is no kind of block named `\(match.1)`")
        }
        comment = (kind, String(match.2))
      } else if let comment, !line.isEmpty {
        throw Malformed(
          description: "\(path):\(index + 1): no block follows `\(comment.kind): \(comment.name)`")
      }
    }
    self.blocks = blocks
  }
}
