// Attacks by name.  A new attack needs its line here and nothing else outside its file.

import Tensors

package enum AttackKinds {
  package static let all: [any Attack.Type] = [
    FGSM.self, BIM.self, PGD.self, MIM.self, NIM.self, DIM.self,
    CW.self, DeepFool.self, EAD.self, JSMA.self, APGD.self, FAB.self, Minimal.self, Standard.self,
    Square.self, NES.self, SPSAAttack.self, BoundaryAttack.self, HopSkipJump.self, ZOO.self,
    RandomNoise.self, SaltAndPepper.self, ContrastReduction.self,
  ]

  static func find(_ name: String) throws -> any Attack.Type {
    if let kind = all.first(where: { $0.name == name }) { return kind }
    throw EngineError.value(
      "there is no attack \"\(name)\"; there is \(all.map { "\"\($0.name)\"" }.joined(separator: ", "))")
  }
}
