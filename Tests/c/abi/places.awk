# From a dump of abidw: where every field lies and what every value of an enumeration is, a line each, and the size of
# structures that do not say their size themselves.
function value(attribute) {
  match($0, " " attribute "='[^']*'")
  return substr($0, RSTART + length(attribute) + 3, RLENGTH - length(attribute) - 4)
}
/<class-decl / { structure = value("name"); size = value("size-in-bits"); grows = 0 }
/<data-member / { offset = value("layout-offset-in-bits") }
/<var-decl / && structure != "" {
  print "struct", structure, value("name"), "at bit", offset
  if (value("name") == "struct_size") grows = 1
}
/<\/class-decl>/ {
  if (!grows && structure != "") print "struct", structure, "has", size, "bits"
  structure = ""
}
/<enum-decl / { enumeration = value("name") }
/<enumerator / { print "enum", enumeration, value("name"), "is", value("value") }
