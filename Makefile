# hqnn: `make demo` shows what it does, `make test` whether it works.
#
#   make deps      install the Debian packages that are missing
#   make build     build/bin/hqlua, build/lib/libhqnn.so, build/lib/lua/5.4/hqnn.so
#   make demo      train and attack a first network (under a minute)
#   make test      all tests, in Swift, Lua and C; HQNN_DATA=folder adds those that need MNIST
#   make bench     measure speed
#   make install   PREFIX=/usr/local, DESTDIR= for packagers
#   make clean     remove what was built
#
# HQNN_MARCH chooses the instruction set: native (this machine, the default), x86-64, x86-64-v3, ….

HQNN_MARCH ?= native
PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift

# One folder per instruction set, so that changing HQNN_MARCH never mixes object files.
SCRATCH := .build/$(HQNN_MARCH)
LIBRARIES := $(SCRATCH)/release

# libgomp.so for linking lies in GCC's own library folder.
GOMP = $(dir $(shell gcc -print-file-name=libgomp.so))
FLAGS = -c release -Xcc -march=$(HQNN_MARCH) -Xlinker -L$(GOMP) -Xlinker -L$(LIBRARIES)
STATIC = $(FLAGS) --static-swift-stdlib --scratch-path $(SCRATCH)
# Swift's testing library is there as a shared one only, so the tests are compiled apart.
SHARED = $(FLAGS) --scratch-path $(SCRATCH)-tests

PACKAGES := gcc g++ libc6-dev make pkg-config liblua5.4-dev lua5.4 lua-busted libdnnl-dev zlib1g-dev \
  libpng-dev gnuplot-nox

.PHONY: all deps build demo test bench install clean
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
	$(SWIFT) build $(STATIC) --product hqnn
	$(SWIFT) build $(STATIC) --product hqnnlua
	$(SWIFT) build $(STATIC) --product hqlua
	@mkdir -p build/bin build/lib/lua/5.4
	@install -m 755 $(LIBRARIES)/hqlua build/bin/hqlua
	@install -m 755 $(LIBRARIES)/libhqnn.so build/lib/libhqnn.so
	@ln -sf libhqnn.so build/lib/libhqnn.so.0
	@install -m 755 $(LIBRARIES)/libhqnnlua.so build/lib/lua/5.4/hqnn.so

demo: build
	build/bin/hqlua run examples/quickstart.lua

test: build
	@SWIFT='$(SWIFT)' FLAGS='$(SHARED)' Tests/run.sh build

bench: build
	build/bin/hqlua bench

install: build
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/include $(DESTDIR)$(PREFIX)/lib/lua/5.4
	install -m 755 build/bin/hqlua $(DESTDIR)$(PREFIX)/bin/hqlua
	install -m 644 include/hqnn.h $(DESTDIR)$(PREFIX)/include/hqnn.h
	install -m 755 build/lib/libhqnn.so $(DESTDIR)$(PREFIX)/lib/libhqnn.so.0
	ln -sf libhqnn.so.0 $(DESTDIR)$(PREFIX)/lib/libhqnn.so
	install -m 755 build/lib/lua/5.4/hqnn.so $(DESTDIR)$(PREFIX)/lib/lua/5.4/hqnn.so

clean:
	rm -rf build .build
