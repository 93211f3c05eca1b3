# hqnn: `make demo` shows what it does, `make test` whether it works.
#
#   make deps      install the Debian packages that are missing
#   make build     build/bin/hqlua, build/lib/libhqnn.so, build/lib/lua/5.4/hqnn.so
#   make demo      train and attack a first network (under a minute)
#   make test      all tests, in Swift, Lua and C; HQNN_DATA=folder adds those that need MNIST
#   make lint      look at the sources: swift format, luacheck, shellcheck, the header
#   make docs      render README, docs/ and a reference as a site: build/docs/site/index.html
#   make bench     measure speed
#   make sanitize  the C clients, and the library itself, with AddressSanitizer and ThreadSanitizer (half an hour)
#   make fuzz      a minute of libFuzzer and AddressSanitizer for each reader and for sequences of calls
#   make install   to PREFIX=/usr/local (LIBDIR, DESTDIR for packagers); make uninstall takes it away again
#   make portable  in build/portable: runs on any processor, with a library for AVX2 and one for AVX-512 besides;
#                  make install BUILD=build/portable installs that
#   make deb       a Debian package from it, in build/
#   make clean     remove what was built
#
# HQNN_MARCH chooses the instruction set: native (this machine, the default), x86-64, x86-64-v3, ….

HQNN_MARCH ?= native
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
DESTDIR ?=
SWIFT ?= swift
BUILD ?= build

# One folder per instruction set, so that changing HQNN_MARCH never mixes object files.
SCRATCH := .build/$(HQNN_MARCH)
LIBRARIES := $(SCRATCH)/release

# libgomp.so for linking lies in GCC's own library folder.
GOMP = $(dir $(shell gcc -print-file-name=libgomp.so))
FLAGS = -c release -Xcc -march=$(HQNN_MARCH) -Xlinker -L$(GOMP) -Xlinker -L$(LIBRARIES)
STATIC = $(FLAGS) --static-swift-stdlib --scratch-path $(SCRATCH)
# Swift compiles C with the clang beside it; a CC from outside would replace that by a compiler that knows other options.
CLANG_ONLY := env -u CC -u CXX
# Swift's testing library is there as a shared one only, so the tests are compiled apart.
SHARED = $(FLAGS) --scratch-path $(SCRATCH)-tests

PACKAGES := gcc g++ libc6-dev make pkg-config liblua5.4-dev lua5.4 lua-busted libdnnl-dev zlib1g-dev \
  libpng-dev gnuplot-nox cmake libedit-dev lua-check abigail-tools valgrind curl

.PHONY: all deps build portable demo test lint docs fuzz bench sanitize install uninstall install-rock deb clean
all: build

deps:
	@command -v $(SWIFT) >/dev/null || { echo "hqnn needs Swift 6.3 or later: https://www.swift.org/install/linux/" >&2; exit 1; }
	@command -v dpkg-query >/dev/null || { echo "not a Debian system: please see to these packages yourself: $(PACKAGES)" >&2; exit 0; }; \
	missing=; for package in $(PACKAGES); do \
	  case "$$(dpkg-query -W -f='$${Status}' $$package 2>/dev/null)" in *" installed") ;; *) missing="$$missing $$package" ;; esac; \
	done; \
	[ -z "$$missing" ] && exit 0; \
	echo "installing$$missing"; \
	sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	$$sudo apt-get update -q && \
	$$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $$missing

# The library first: the other two are clients of it and link to the file.
build: deps
	$(CLANG_ONLY) $(SWIFT) build $(STATIC) --product hqnn
	$(CLANG_ONLY) $(SWIFT) build $(STATIC) --product hqnnlua
	$(CLANG_ONLY) $(SWIFT) build $(STATIC) --product hqlua
	@mkdir -p $(BUILD)/bin $(BUILD)/lib/lua/5.4
	@install -m 755 $(LIBRARIES)/hqlua $(BUILD)/bin/hqlua
	@install -m 755 $(LIBRARIES)/libhqnn.so $(BUILD)/lib/libhqnn.so
	@ln -sf libhqnn.so $(BUILD)/lib/libhqnn.so.0
	@install -m 755 $(LIBRARIES)/libhqnnlua.so $(BUILD)/lib/lua/5.4/hqnn.so

# The dynamic linker takes the best of lib/glibc-hwcaps that the processor can run.  aarch64 has no such levels.
LEVELS := $(if $(filter x86_64,$(shell uname -m)),x86-64-v3 x86-64-v4)
portable:
	$(MAKE) build BUILD=build/portable HQNN_MARCH=$(if $(LEVELS),x86-64,armv8-a)
	@set -e; for level in $(LEVELS); do $(MAKE) build/portable/lib/glibc-hwcaps/$$level HQNN_MARCH=$$level; done

build/portable/lib/glibc-hwcaps/%: FORCE
	$(CLANG_ONLY) $(SWIFT) build $(STATIC) --product hqnn
	@mkdir -p $@
	@install -m 755 $(LIBRARIES)/libhqnn.so $@/libhqnn.so.0
FORCE:

demo: build
	build/bin/hqlua run examples/quickstart.lua

# A library of an earlier state in the tests' folder would be linked before the one just built.
test: build
	@find $(SCRATCH)-tests -name 'libhqnn*.so' -delete 2>/dev/null || true
	@SWIFT='$(SWIFT)' FLAGS='$(SHARED)' Tests/run.sh build

docs: build
	@$(MAKE) --no-print-directory deps PACKAGES='mkdocs python3-pygments'
	docs/site/build.sh build

lint:
	@SWIFT='$(SWIFT)' Tests/lint/run.sh

fuzz: deps
	@SWIFT='$(SWIFT)' FLAGS='$(FLAGS)' Tests/fuzz/run.sh

bench: build
	build/bin/hqlua bench

sanitize: build
	Tests/c/sanitize.sh build
	SWIFT='$(SWIFT)' FLAGS='$(FLAGS)' Tests/c/sanitize.sh engine address
	SWIFT='$(SWIFT)' FLAGS='$(FLAGS)' Tests/c/sanitize.sh engine thread

# Installs what was built; builds for this machine if nothing was.
install uninstall:
	@[ $@ = uninstall ] || [ -x $(BUILD)/bin/hqlua ] || $(MAKE) build
	@BUILD='$(BUILD)' PREFIX='$(PREFIX)' LIBDIR='$(LIBDIR)' DESTDIR='$(DESTDIR)' Sources/Install/install.sh $@

# The module and its library, side by side: what the rockspec asks for.
install-rock:
	install -d $(ROCK_LIBDIR)
	install -m 755 $(BUILD)/lib/lua/5.4/hqnn.so $(ROCK_LIBDIR)/hqnn.so
	install -m 755 $(BUILD)/lib/libhqnn.so $(ROCK_LIBDIR)/libhqnn.so.0

deb: portable
	Sources/Install/deb.sh build/portable build

clean:
	rm -rf build .build
