// swift-tools-version: 6.2

import PackageDescription

// What tests of the library load and close: locks and threads in code that programs in C use.
let package = Package(
  name: "EmbeddingClient",
  products: [
    .library(name: "EmbeddedLibrary", type: .dynamic, targets: ["Embedded"]),
  ],
  dependencies: [.package(name: "FastLock", path: "../../..")],
  targets: [
    .target(
      name: "Embedded",
      dependencies: [
        .product(name: "FastLock", package: "FastLock"), .product(name: "Threads", package: "FastLock"),
      ]),
    .executableTarget(name: "ClosingHost"),
  ]
)
