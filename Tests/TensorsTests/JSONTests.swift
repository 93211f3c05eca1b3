// JSON: round trips, and texts that are not JSON.

import Tensors
import Testing

@Suite struct JSONTests {
  @Test func roundTrips() throws {
    let value: JSON = [
      "kind": "dense", "units": 10, "p": 0.1, "tiny": 1e-300, "on": true, "none": .null,
      "list": [1, 2.5, "a\"b\\c\n\u{1}é😀"], "empty": [:],
    ]
    #expect(try JSON(text: value.text) == value)
    #expect(try value.integer("units") == 10)
    #expect(try value.number("p") == 0.1)
    let seed: JSON = ["seed": .bits(.max)]
    #expect(try JSON(text: seed.text).bits("seed") == .max)
  }

  @Test func readsEscapes() throws {
    #expect(try JSON(text: #" "\u00e9\ud83d\ude00\/" "#) == .string("é😀/"))
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\":1,}", "{\"a\" 1}", "{\"a\":1,\"a\":2}", "01", "1.", "1e", "-", "nul", "\"\\u12\"",
    "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"a", "\"\\q\"", "1 2", "[1e999]", String(repeating: "[", count: 100_000),
  ])
  func refuses(_ text: String) {
    #expect(throws: EngineError.self) { try JSON(text: text) }
  }

  @Test func refusesBadUTF8() {
    let bytes: [UInt8] = [0x22, 0xFF, 0x22]
    #expect(throws: EngineError.self) { try bytes.withUnsafeBytes { try JSON($0) } }
  }

  @Test func namesTheKey() {
    let value: JSON = ["units": "ten"]
    #expect { try value.integer("units") } throws: { "\($0)" == "\"units\" must be an integer, got a string" }
    #expect { try value.number("p") } throws: { "\($0)" == "\"p\" is missing" }
  }
}
