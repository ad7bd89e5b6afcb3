// swift-tools-version: 5.9
// A package for Xcode, once `just ios` has put Nexa.xcframework and Sources/Nexa/Nexa.swift here.
// Not compiled here: there is no Swift on the machine that builds the rest.

import PackageDescription

let package = Package(
    name: "Nexa",
    platforms: [.iOS(.v15), .macOS(.v12)],
    products: [.library(name: "Nexa", targets: ["Nexa"])],
    targets: [
        .binaryTarget(name: "NexaFFI", path: "Nexa.xcframework"),
        .target(name: "Nexa", dependencies: ["NexaFFI"], path: "Sources/Nexa"),
    ]
)
