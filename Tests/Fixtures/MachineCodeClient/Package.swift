// swift-tools-version: 6.2

import PackageDescription

// What tests of the library disassemble, or load late: uses of locks in a package that is not the library's own.
let package = Package(
  name: "MachineCodeClient",
  products: [.library(name: "LateLibrary", type: .dynamic, targets: ["LateLibrary"])],
  dependencies: [.package(name: "FastLock", path: "../../..")],
  targets: [
    .executableTarget(
      name: "MachineCodeClient", dependencies: [.product(name: "FastLock", package: "FastLock")]),
    .target(name: "LateLibrary", dependencies: [.product(name: "FastLock", package: "FastLock")]),
    .executableTarget(name: "LateHost"),
  ]
)
