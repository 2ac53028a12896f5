import BenchSupport
import Testing

@Suite struct TextTableTests {
  @Test func alignsTextLeftAndFiguresRight() {
    var table = TextTable(header: ["lock", "ns"])
    table.add(["a", "1.5"])
    table.addRule()
    table.add(["longer", "10"])
    table.add(["none"])
    #expect(
      table.rendered() == """
        lock     ns
        -----------
        a       1.5
        -----------
        longer   10
        none
        """)
  }

  @Test func keepsSeveralTextColumns() {
    var table = TextTable(header: ["id", "name"], textColumns: 2)
    table.add(["x", "a long name"])
    table.add(["yyy", "b"])
    #expect(table.rendered().split(separator: "\n").suffix(2) == ["x    a long name", "yyy  b"])
  }
}
